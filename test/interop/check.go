// Checks a published log with Go's own packages for transparency logs, and none of this project's code: the signature of the
// checkpoint, every entry's digest against the tiles, the root, an inclusion proof for every entry and growth from every smaller size.
//
// It is built without a network from Debian's golang-golang-x-mod-dev: GO111MODULE=off GOPATH=/usr/share/gocode go build check.go
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Println("DIFFERS:", err)
		os.Exit(1)
	}
}

// numberPath writes 1234067 as x001/x234/067.
func numberPath(n int64) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	return path
}

func partial(path string, width int) string {
	if width == 256 {
		return path
	}
	return fmt.Sprintf("%s.p/%d", path, width)
}

// tiles reads tiles of height 8 where the tlog-tiles layout puts them; Go's own layout has the height in the path.
type tiles struct{ folder string }

func (tiles) Height() int { return 8 }
func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, one := range wanted {
		data, err := os.ReadFile(filepath.Join(t.folder, partial(fmt.Sprintf("tile/%d/%s", one.L, numberPath(one.N)), one.W)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func entries(folder string, size int64) (all [][]byte) {
	for n := int64(0); n*256 < size; n++ {
		width := int64(256)
		if size-n*256 < width {
			width = size - n*256
		}
		data, err := os.ReadFile(filepath.Join(folder, partial("tile/entries/"+numberPath(n), int(width))))
		must(err)
		for len(data) > 0 {
			length := int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
	}
	return all
}

func main() {
	folder, vkey := os.Args[1], strings.TrimSpace(os.Args[2])
	verifier, err := note.NewVerifier(vkey)
	must(err)
	signed, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	must(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		must(fmt.Errorf("the checkpoint is of %q", lines[0]))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	tree := tlog.Tree{N: size, Hash: root}
	reader := tlog.TileHashReader(tree, tiles{folder})

	all := entries(folder, size)
	if int64(len(all)) != size {
		must(fmt.Errorf("%d entries, and the checkpoint has %d", len(all), size))
	}
	for n, entry := range all {
		proof, err := tlog.ProveRecord(size, int64(n), reader)
		must(err)
		must(tlog.CheckRecord(proof, size, tree.Hash, int64(n), tlog.RecordHash(entry)))
	}
	for before := int64(1); before < size; before++ {
		earlier, err := tlog.TreeHash(before, reader)
		must(err)
		proof, err := tlog.ProveTree(size, before, reader)
		must(err)
		must(tlog.CheckTree(proof, size, tree.Hash, before, earlier))
	}
	fmt.Printf("agrees: %d entries, %d growths\n", size, size-1)
}
