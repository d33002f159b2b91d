package main

import (
	"fmt"
	"github.com/spf13/viper"
	"net/http"
)

func main() {
	viper.SetConfigFile("config.yaml")
	viper.ReadInConfig()
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "served")
	})
	http.ListenAndServe(fmt.Sprintf(":%d", viper.GetInt("server.port")), nil)
}
