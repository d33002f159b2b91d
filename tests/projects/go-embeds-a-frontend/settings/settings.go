package settings

import (
	"log"
	"os"
)

// Load ends the program where there is no file of variables.
func Load(path string) {
	if _, err := os.ReadFile(path); err != nil {
		log.Fatal(err)
	}
}
