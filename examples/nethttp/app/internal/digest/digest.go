// Package digest computes digests of streams by way of a temporary file.
package digest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
)

// Digest describes the content of a stream.
type Digest struct {
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Spool copies r into a temporary file, digests the file and removes it.
func Spool(r io.Reader) (Digest, error) {
	file, err := os.CreateTemp("", "parcel-*")
	if err != nil {
		return Digest{}, fmt.Errorf("create temporary file: %w", err)
	}
	defer os.Remove(file.Name())
	defer file.Close()

	if _, err := io.Copy(file, r); err != nil {
		return Digest{}, fmt.Errorf("store stream: %w", err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return Digest{}, fmt.Errorf("rewind temporary file: %w", err)
	}

	hash := sha256.New()
	size, err := io.Copy(hash, file)
	if err != nil {
		return Digest{}, fmt.Errorf("read temporary file: %w", err)
	}
	return Digest{Size: size, SHA256: hex.EncodeToString(hash.Sum(nil))}, nil
}
