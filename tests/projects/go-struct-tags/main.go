package main

import (
	"fmt"
	"github.com/caarlos0/env/v11"
	"net/http"
)

type Config struct {
	Server struct {
		Port int `env:"HTTP_PORT" envDefault:"8090"`
	}
	Database struct {
		Port int `env:"DB_PORT" envDefault:"5432"`
	}
	Key string `env:"API_KEY,required"`
}

func main() {
	cfg, _ := env.ParseAs[Config]()
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "served")
	})
	http.ListenAndServe(fmt.Sprintf(":%d", cfg.Server.Port), nil)
}
