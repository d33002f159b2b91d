package server

const (
	defaultPort    = "9100"
	defaultAddress = ":" + defaultPort
)
