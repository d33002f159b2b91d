package main

import (
	"example.com/shop/three"
	"fmt"
	"net/http"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "served", three.Three())
	})
	http.ListenAndServe(":8080", nil)
}
