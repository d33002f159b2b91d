package main

import (
	"html/template"
	"net/http"
	"os"
	"path/filepath"
)

var page = template.Must(template.ParseGlob(filepath.Join("web", "templates", "*.html")))

func main() {
	text, err := os.ReadFile("./config/greeting.yaml")
	if err != nil {
		panic(err)
	}
	http.Handle("/static/", http.StripPrefix("/static/", http.FileServer(http.Dir("static"))))
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		page.ExecuteTemplate(w, "index.html", string(text))
	})
	http.ListenAndServe(":8080", nil)
}
