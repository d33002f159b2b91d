package server

import "net/http"

func Run() {
	srv := &http.Server{Addr: defaultAddress}
	srv.ListenAndServe()
}
