package main

import (
	"database/sql"
	"fmt"
	"net/http"

	_ "github.com/mattn/go-sqlite3"
)

func main() {
	database, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		panic(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		var version string
		database.QueryRow("SELECT sqlite_version()").Scan(&version)
		fmt.Fprint(w, "SQLite ", version)
	})
	http.ListenAndServe(":8080", nil)
}
