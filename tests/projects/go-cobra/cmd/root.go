package cmd

import "github.com/spf13/cobra"

var rootCmd = &cobra.Command{Use: "shop"}

func Execute() {
	rootCmd.Execute()
}
