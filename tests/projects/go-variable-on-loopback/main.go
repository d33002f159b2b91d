package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
)

func getEnv(name, fallback string) string {
	if value, ok := os.LookupEnv(name); ok {
		return value
	}
	return fallback
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "served")
	})
	http.ListenAndServe(net.JoinHostPort(getEnv("APP_HOST", "127.0.0.1"), os.Getenv("APP_PORT")), nil)
}
