//! The languages, as tables.

/// How a language is read.
pub(super) enum Syntax {
    /// Words, strings and comments.
    Words(&'static Words),
    /// Tags and attributes.
    Markup,
    /// The language of apps.
    Rhai,
}

/// A language of words.
pub(super) struct Words {
    pub names: &'static [&'static str],
    pub line_comments: &'static [&'static str],
    pub block_comment: Option<(&'static str, &'static str)>,
    /// Opening and closing mark, and whether it may span lines. Longer marks first.
    pub strings: &'static [(&'static str, &'static str, bool)],
    pub keywords: &'static [&'static str],
    pub constants: &'static [&'static str],
    /// Whether a word with a capital first letter is a type.
    pub capital_types: bool,
    pub types: &'static [&'static str],
    /// Whether a word before `(` is a call.
    pub calls: bool,
    /// A mark after a word or string that makes it a key.
    pub key_mark: Option<char>,
    /// Characters that begin a variable or directive, such as `$`, `@` or `#`.
    pub sigils: &'static [char],
    /// Whether keywords are known in any case.
    pub any_case: bool,
    /// Characters that belong to words, beside letters, digits and `_`.
    pub word_marks: &'static [char],
}

const NOTHING: Words = Words {
    names: &[],
    line_comments: &[],
    block_comment: None,
    strings: &[("\"", "\"", false), ("'", "'", false)],
    keywords: &[],
    constants: &[],
    capital_types: false,
    types: &[],
    calls: true,
    key_mark: None,
    sigils: &[],
    any_case: false,
    word_marks: &[],
};

const C_COMMENT: Option<(&str, &str)> = Some(("/*", "*/"));

/// Splits a list of words at its spaces when the program is compiled.
macro_rules! words {
    ($($word:literal)*) => { &[$($word),*] };
}

static LANGUAGES: &[Words] = &[
    Words {
        names: words!["rust" "rs"],
        line_comments: &["//"],
        block_comment: C_COMMENT,
        strings: &[("r#\"", "\"#", true), ("\"", "\"", true)],
        keywords: words!["as" "async" "await" "break" "const" "continue" "crate" "dyn" "else" "enum"
            "extern" "fn" "for" "if" "impl" "in" "let" "loop" "match" "mod" "move" "mut" "pub"
            "ref" "return" "self" "static" "struct" "super" "trait" "type" "union" "unsafe" "use"
            "where" "while" "yield"],
        constants: words!["true" "false" "None" "Some" "Ok" "Err"],
        capital_types: true,
        types: words!["bool" "char" "str" "u8" "u16" "u32" "u64" "u128" "usize" "i8" "i16" "i32"
            "i64" "i128" "isize" "f32" "f64" "Self"],
        ..NOTHING
    },
    Words {
        names: words!["python" "py" "python3"],
        line_comments: &["#"],
        strings: &[
            ("\"\"\"", "\"\"\"", true),
            ("'''", "'''", true),
            ("\"", "\"", false),
            ("'", "'", false),
        ],
        keywords: words!["and" "as" "assert" "async" "await" "break" "case" "class" "continue"
            "def" "del" "elif" "else" "except" "finally" "for" "from" "global" "if" "import" "in"
            "is" "lambda" "match" "nonlocal" "not" "or" "pass" "raise" "return" "try" "while"
            "with" "yield" "self"],
        constants: words!["True" "False" "None"],
        capital_types: true,
        types: words!["int" "float" "str" "bool" "bytes" "list" "dict" "set" "tuple" "object"],
        sigils: &['@'],
        ..NOTHING
    },
    Words {
        names: words!["javascript" "js" "jsx" "typescript" "ts" "tsx" "mjs" "node"],
        line_comments: &["//"],
        block_comment: C_COMMENT,
        strings: &[("\"", "\"", false), ("'", "'", false), ("`", "`", true)],
        keywords: words!["abstract" "as" "async" "await" "break" "case" "catch" "class" "const"
            "continue" "debugger" "declare" "default" "delete" "do" "else" "enum" "export"
            "extends" "finally" "for" "from" "function" "get" "if" "implements" "import" "in"
            "instanceof" "interface" "let" "namespace" "new" "of" "private" "protected" "public"
            "readonly" "return" "set" "static" "super" "switch" "this" "throw" "try" "type"
            "typeof" "var" "void" "while" "with" "yield"],
        constants: words!["true" "false" "null" "undefined" "NaN" "Infinity"],
        capital_types: true,
        types: words!["string" "number" "boolean" "any" "unknown" "never" "object"],
        sigils: &['@'],
        word_marks: &['$'],
        ..NOTHING
    },
    Words {
        names: words!["c" "h" "cpp" "c++" "cc" "cxx" "hpp" "cuda"],
        line_comments: &["//"],
        block_comment: C_COMMENT,
        keywords: words!["alignas" "alignof" "auto" "break" "case" "catch" "class" "concept"
            "const" "consteval" "constexpr" "continue" "co_await" "co_return" "co_yield"
            "decltype" "default" "delete" "do" "else" "enum" "explicit" "extern" "final" "for"
            "friend" "goto" "if" "inline" "mutable" "namespace" "new" "noexcept" "operator"
            "override" "private" "protected" "public" "register" "requires" "restrict" "return"
            "sizeof" "static" "static_assert" "static_cast" "struct" "switch" "template" "this"
            "throw" "try" "typedef" "typename" "union" "using" "virtual" "volatile" "while"],
        constants: words!["true" "false" "NULL" "nullptr"],
        capital_types: true,
        types: words!["bool" "char" "double" "float" "int" "long" "short" "signed" "unsigned"
            "void" "size_t" "int8_t" "int16_t" "int32_t" "int64_t" "uint8_t" "uint16_t" "uint32_t"
            "uint64_t"],
        sigils: &['#'],
        ..NOTHING
    },
    Words {
        names: words!["java" "kotlin" "kt" "csharp" "cs" "c#" "scala" "swift"],
        line_comments: &["//"],
        block_comment: C_COMMENT,
        strings: &[("\"\"\"", "\"\"\"", true), ("\"", "\"", false), ("'", "'", false)],
        keywords: words!["abstract" "assert" "async" "await" "break" "case" "catch" "class"
            "const" "continue" "data" "default" "do" "else" "enum" "extends" "final" "finally"
            "for" "foreach" "fun" "func" "guard" "if" "implements" "import" "in" "instanceof"
            "interface" "internal" "is" "let" "namespace" "native" "new" "object" "override"
            "package" "private" "protected" "public" "readonly" "record" "return" "sealed"
            "static" "struct" "super" "switch" "synchronized" "this" "throw" "throws" "transient"
            "try" "using" "val" "var" "virtual" "volatile" "when" "while" "yield"],
        constants: words!["true" "false" "null" "nil"],
        capital_types: true,
        types: words!["boolean" "bool" "byte" "char" "double" "float" "int" "long" "short" "void"
            "string"],
        sigils: &['@'],
        ..NOTHING
    },
    Words {
        names: words!["go" "golang"],
        line_comments: &["//"],
        block_comment: C_COMMENT,
        strings: &[("\"", "\"", false), ("'", "'", false), ("`", "`", true)],
        keywords: words!["break" "case" "chan" "const" "continue" "default" "defer" "else"
            "fallthrough" "for" "func" "go" "goto" "if" "import" "interface" "map" "package"
            "range" "return" "select" "struct" "switch" "type" "var"],
        constants: words!["true" "false" "nil" "iota"],
        types: words!["any" "bool" "byte" "error" "float32" "float64" "int" "int8" "int16" "int32"
            "int64" "rune" "string" "uint" "uint8" "uint16" "uint32" "uint64" "uintptr"],
        ..NOTHING
    },
    Words {
        names: words!["json" "jsonc" "json5" "jsonl"],
        line_comments: &["//"],
        block_comment: C_COMMENT,
        constants: words!["true" "false" "null"],
        calls: false,
        key_mark: Some(':'),
        ..NOTHING
    },
    Words {
        names: words!["toml" "ini" "conf"],
        line_comments: &["#", ";"],
        strings: &[
            ("\"\"\"", "\"\"\"", true),
            ("'''", "'''", true),
            ("\"", "\"", false),
            ("'", "'", false),
        ],
        constants: words!["true" "false"],
        calls: false,
        key_mark: Some('='),
        word_marks: &['-', '.'],
        ..NOTHING
    },
    Words {
        names: words!["yaml" "yml"],
        line_comments: &["#"],
        constants: words!["true" "false" "null" "yes" "no" "on" "off"],
        calls: false,
        key_mark: Some(':'),
        sigils: &['&', '*'],
        word_marks: &['-'],
        ..NOTHING
    },
    Words {
        names: words!["bash" "sh" "shell" "zsh" "console" "fish" "make" "makefile" "dockerfile"],
        line_comments: &["#"],
        strings: &[("\"", "\"", true), ("'", "'", true)],
        keywords: words!["if" "then" "else" "elif" "fi" "for" "while" "until" "do" "done" "case"
            "esac" "in" "function" "return" "local" "export" "readonly" "declare" "set" "unset"
            "source" "exit" "break" "continue" "shift" "trap" "FROM" "RUN" "COPY" "ENV" "WORKDIR"
            "CMD" "ENTRYPOINT" "EXPOSE" "ARG"],
        types: words!["echo" "cd" "ls" "cat" "grep" "sed" "awk" "sudo" "apt" "apt-get" "git"
            "cargo" "npm" "pip" "python" "python3" "curl" "mkdir" "rm" "cp" "mv" "chmod" "docker"
            "make"],
        calls: false,
        sigils: &['$'],
        word_marks: &['-'],
        ..NOTHING
    },
    Words {
        names: words!["css" "scss" "less"],
        line_comments: &["//"],
        block_comment: C_COMMENT,
        keywords: words!["important" "inherit" "initial" "none" "auto"],
        key_mark: Some(':'),
        sigils: &['@', '#', '.', '$'],
        word_marks: &['-'],
        ..NOTHING
    },
    Words {
        names: words!["sql" "sqlite" "postgres" "postgresql" "mysql"],
        line_comments: &["--"],
        block_comment: C_COMMENT,
        keywords: words!["add" "all" "alter" "and" "as" "asc" "begin" "between" "by" "case" "check"
            "column" "commit" "constraint" "create" "cross" "default" "delete" "desc" "distinct"
            "drop" "else" "end" "except" "exists" "foreign" "from" "full" "group" "having" "if"
            "in" "index" "inner" "insert" "intersect" "into" "is" "join" "key" "left" "like"
            "limit" "not" "offset" "on" "or" "order" "outer" "over" "partition" "primary"
            "references" "replace" "right" "rollback" "select" "set" "table" "then" "transaction"
            "trigger" "union" "unique" "update" "using" "values" "view" "when" "where" "with"],
        constants: words!["null" "true" "false"],
        types: words!["int" "integer" "bigint" "text" "varchar" "char" "real" "blob" "boolean"
            "date" "timestamp" "numeric" "decimal" "serial" "json" "uuid"],
        any_case: true,
        ..NOTHING
    },
];

/// Finds a language by the word after the fence.
pub(super) fn find(name: &str) -> Option<Syntax> {
    let name = name.trim_start_matches("language-").to_ascii_lowercase();
    if ["html", "xml", "svg", "vue", "svelte", "xhtml"].contains(&name.as_str()) {
        return Some(Syntax::Markup);
    }
    if name == "rhai" {
        return Some(Syntax::Rhai);
    }
    LANGUAGES.iter().find(|words| words.names.contains(&name.as_str())).map(Syntax::Words)
}
