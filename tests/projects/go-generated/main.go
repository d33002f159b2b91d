package main

import (
	"example.com/shop/internal/db"
	"fmt"
	"net/http"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, db.New)
	})
	http.ListenAndServe(":8080", nil)
}
