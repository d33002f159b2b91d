package cmd

import (
	"net/http"

	"github.com/spf13/cobra"
)

var listen string

var serverCmd = &cobra.Command{
	Use:   "server",
	Short: "Serves the shop",
	RunE: func(cmd *cobra.Command, args []string) error {
		return http.ListenAndServe(listen, nil)
	},
}

func init() {
	rootCmd.AddCommand(serverCmd)
	serverCmd.Flags().StringVarP(&listen, "listen", "l", "127.0.0.1:7070", "where to listen")
}
