package main

import (
	"example.com/greet"
	"fmt"
	"net/http"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, greet.Text)
	})
	http.ListenAndServe(":8080", nil)
}
