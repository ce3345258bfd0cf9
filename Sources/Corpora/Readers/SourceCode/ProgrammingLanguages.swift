/// The languages by the endings and names of their files, and by the programs that run their scripts.
///
/// Where several languages share an ending, the first is the usual one; `ProgrammingLanguage` looks at
/// the content. An ending with dots inside (`d.ts`) goes before its last part.
enum ProgrammingLanguages {
  /// `language | endings | file names | programs`, for what is read as source code.
  static let code = """
    ABAP | abap | |
    ActionScript | as | |
    Ada | ada adb ads gpr | |
    Agda | agda | |
    Apex | apex trigger | |
    APL | apl dyalog | |
    ANTLR | g4 | |
    AppleScript | applescript | | osascript
    Arduino | ino | |
    ASP.NET | aspx ascx asax ashx cshtml razor | |
    Assembly | asm s nasm | |
    AutoHotkey | ahk | |
    AutoIt | au3 | |
    Awk | awk gawk | | awk gawk mawk nawk
    Ballerina | bal | |
    Batchfile | bat cmd | |
    Bazel | bzl bazel star | build workspace module.bazel buck |
    Bicep | bicep | |
    Bison | y yy | |
    BitBake | bb bbappend bbclass | |
    Brainfuck | bf | |
    C | c h idc | |
    C# | cs csx cake | |
    C++ | cc cpp cxx c++ hpp hh hxx h++ h inl ipp tpp txx ixx cppm | |
    Chapel | chpl | |
    Clojure | clj cljs cljc edn bb | | bb clojure
    CMake | cmake | cmakelists.txt |
    COBOL | cob cbl cobol cpy | |
    CoffeeScript | coffee litcoffee | cakefile | coffee
    Common Lisp | lisp lsp cl asd l | | sbcl clisp ecl
    Coq | v | |
    Crystal | cr | | crystal
    CSS | css | |
    CUDA | cu cuh | |
    Cython | pyx pxd pxi | |
    D | d di | | rdmd
    Dart | dart | | dart
    Dhall | dhall | |
    Dockerfile | dockerfile containerfile | dockerfile containerfile |
    Elixir | ex exs eex heex leex | mix.lock | elixir
    Elm | elm | |
    Emacs Lisp | el | .emacs | emacs
    Erlang | erl hrl escript | rebar.config | escript
    F# | fs fsi fsx | |
    Factor | factor | |
    Fennel | fnl | | fennel
    Fish | fish | | fish
    Forth | fth 4th forth frt fs | | gforth
    Fortran | f f77 f90 f95 f03 f08 for ftn fpp | |
    FreeBASIC | bas bi | |
    GAP | g gd gi | |
    GDScript | gd gdscript | |
    GLSL | glsl vert frag geom comp tesc tese | |
    Gleam | gleam | |
    Go | go | |
    Gradle | gradle | | gradle
    GraphQL | graphql gql graphqls | |
    Groovy | groovy gvy grt | jenkinsfile | groovy
    Hack | hack hh | |
    Haskell | hs lhs hsc | | runhaskell runghc
    Haxe | hx hxsl | |
    HCL | hcl tf tfvars nomad | |
    HLSL | hlsl fx fxh | |
    Idris | idr lidr | |
    Isabelle | thy | |
    Java | java jav | |
    JavaScript | js mjs cjs jsx es6 jsm | jakefile | node nodejs qjs
    Julia | jl | | julia
    Just | just | justfile |
    Kotlin | kt kts ktm | | kotlin
    Lean | lean hlean | |
    Less | less | |
    Lex | l lex | |
    LLVM | ll | |
    Logtalk | lgt logtalk | |
    Lua | lua nse rockspec wlua | | lua luajit texlua
    M4 | m4 ac | configure.ac configure.in aclocal.m4 |
    Makefile | mk mak make am | makefile gnumakefile bsdmakefile kbuild makefile.am makefile.in | make
    Mathematica | wl wls m | | wolframscript
    MATLAB | m | | octave matlab
    Maxima | mac | |
    Mercury | m moo | |
    Meson | meson | meson.build meson_options.txt meson.options |
    Metal | metal | |
    Modula-2 | mod def | |
    MoonScript | moon | | moon
    Nextflow | nf | nextflow.config | nextflow
    Nim | nim nims nimble | | nim
    Nix | nix | | nix-shell
    NSIS | nsi nsh | |
    Objective-C | m h | |
    Objective-C++ | mm | |
    OCaml | ml mli mll mly eliom | | ocaml ocamlrun
    Odin | odin | |
    OpenCL | cl opencl | |
    OpenSCAD | scad | |
    Pascal | pas pp dpr lpr inc dpk | |
    Perl | pl pm t psgi cpanfile | cpanfile makefile.pl build.pl | perl
    PHP | php php3 php4 php5 php7 phps phtml | | php
    PL/SQL | pls plb pks pkb plsql | |
    PowerShell | ps1 psm1 psd1 | | pwsh powershell
    Processing | pde | |
    Prolog | pl pro prolog yap | | swipl prolog gprolog
    Protocol Buffer | proto | |
    Puppet | pp | puppetfile |
    PureScript | purs | |
    Python | py pyi pyw py3 gyp gypi wsgi rpy | sconstruct sconscript wscript snakefile | python python2 python3 pypy pypy3
    QMake | pro pri | |
    QML | qml qbs | |
    R | r rsx | .rprofile | rscript r
    Racket | rkt rktd rktl scrbl | | racket
    Raku | raku rakumod rakutest p6 pm6 | | raku perl6
    ReScript | resi | |
    Ruby | rb rake gemspec ru rbw podspec thor jbuilder | rakefile gemfile vagrantfile podfile guardfile capfile brewfile fastfile | ruby jruby rbx
    Rust | rs | |
    SAS | sas | |
    Sass | sass scss | |
    Scala | scala sc sbt | | scala amm
    Scheme | scm ss sld sls sps | | guile csi scheme chibi-scheme
    Scilab | sci sce | |
    Shell | sh bash zsh ksh dash bats ebuild eclass command | .bashrc .bash_profile .profile .zshrc pkgbuild apkbuild configure | sh bash zsh ksh dash ash bats
    Slim | slim | |
    Smalltalk | st | |
    Smarty | tpl | |
    SMT | smt smt2 | |
    Snakemake | smk | |
    Solidity | sol | |
    SPARQL | sparql rq | |
    SQL | sql ddl dml psql pgsql mysql | |
    Squirrel | nut | |
    Stan | stan | |
    Standard ML | sml | | sml poly
    Starlark | starlark | tiltfile |
    Stata | do ado doh mata | |
    Stylus | styl | |
    Svelte | svelte | |
    Swift | swift swiftinterface | | swift
    SystemVerilog | sv svh | |
    Tcl | tcl tm tk itcl | | tclsh wish expect
    Thrift | thrift | |
    TLA | tla | |
    TypeScript | ts tsx mts cts d.ts | | deno ts-node bun tsx
    Vala | vala vapi | | vala
    VBScript | vbs | |
    Verilog | v vh veo | |
    VHDL | vhd vhdl vho | |
    Vim Script | vim vimrc | .vimrc vimrc _vimrc |
    Visual Basic | vb vba frm cls bas | |
    Vue | vue | |
    Vyper | vy | |
    WebAssembly | wat wast | |
    WGSL | wgsl | |
    X10 | x10 | |
    XQuery | xq xquery xqm xqy | |
    Yacc | yacc | |
    Zig | zig zon | |
    """

  /// Data and markup: source code only where a source says so with `format: code`.
  static let data = """
    AsciiDoc | adoc asciidoc | |
    CSV | csv | |
    DOT | dot gv | |
    HTML | html htm xhtml | |
    INI | ini cfg conf properties | .editorconfig .gitconfig |
    JSON | json geojson jsonc webmanifest | .eslintrc .babelrc composer.lock pipfile.lock |
    JSON lines | jsonl ndjson | |
    Jupyter Notebook | ipynb | |
    Go module | | go.mod go.sum |
    Markdown | md markdown mkd | |
    OWL | owl | |
    Pod | pod | |
    PostScript | ps eps epsi | |
    reStructuredText | rst rest | |
    Roff | man mdoc roff nroff | |
    SVG | svg | |
    TeX | tex ltx sty cls bib dtx ins | |
    Texinfo | texi texinfo txi | |
    Text | txt text | readme install news authors todo changelog |
    TOML | toml | cargo.lock poetry.lock pipfile uv.lock |
    TSV | tsv | |
    Turtle | ttl | |
    XML | xml xsd rng wsdl xsl xslt plist xib storyboard csproj vcxproj pom | |
    YAML | yaml yml | .clang-format .clang-tidy |
    """
}
