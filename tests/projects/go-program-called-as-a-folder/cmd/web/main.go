package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	page, _ := os.ReadFile("web/index.html")
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, string(page))
	})
	http.ListenAndServe(":8080", nil)
}
