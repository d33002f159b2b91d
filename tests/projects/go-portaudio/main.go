package main

import (
	"fmt"
	"net/http"

	"github.com/gordonklaus/portaudio"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, portaudio.VersionText()) })
	http.ListenAndServe(":8080", nil)
}
