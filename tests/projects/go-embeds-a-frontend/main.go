package main

import (
	"embed"
	"io/fs"
	"log"
	"net/http"

	"example.com/parcel/settings"
)

//go:embed all:web/dist
var pages embed.FS

func main() {
	settings.Load(".env")
	inner, err := fs.Sub(pages, "web/dist")
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("/", http.FileServer(http.FS(inner)))
	log.Fatal(http.ListenAndServe(":8085", nil))
}
