package main

import (
	"example.com/shop/web"
	"fmt"
	"net/http"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, web.Files)
	})
	http.ListenAndServe(":8080", nil)
}
