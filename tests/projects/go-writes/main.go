package main

import (
	"fmt"
	"net/http"
	"os"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	for _, path := range []string{"logs/app.log", "shop.db"} {
		_ = path
	}
	check(os.MkdirAll("./uploads", 0o755))
	check(os.WriteFile("uploads/first", nil, 0o644))
	check(os.WriteFile("./logs/app.log", nil, 0o644))
	check(os.WriteFile("shop.db", []byte("served"), 0o644))
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "served")
	})
	http.ListenAndServe(":8080", nil)
}
