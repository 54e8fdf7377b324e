// PocketBase as it ships, but for one setting: BENCH_SYNCHRONOUS is what each of its connections tells SQLite.
package main

import (
	"log"
	"os"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase"
	_ "modernc.org/sqlite"
)

// As core.DefaultDBConnect has them at this version.
const pragmas = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=journal_size_limit(200000000)" +
	"&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32000)&_pragma=synchronous("

func connect(path string) (*dbx.DB, error) {
	return dbx.Open("sqlite", path+pragmas+os.Getenv("BENCH_SYNCHRONOUS")+")")
}

func main() {
	app := pocketbase.NewWithConfig(pocketbase.Config{DBConnect: connect})
	if err := app.Start(); err != nil {
		log.Fatal(err)
	}
}
