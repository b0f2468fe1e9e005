//! The icons: a selection of Lucide as a font of its own.
//!
//! The font in `assets/icons` holds only what is listed here; after a change to the list run
//! `assets/icons/subset.py`.

use egui::{Color32, FontId, RichText};

macro_rules! icons {
    ($($name:ident = $glyph:literal, $lucide:literal;)*) => {
        /// A picture from the Lucide set.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Icon {
            $(#[doc = concat!("Lucide\u{2019}s \u{201c}", $lucide, "\u{201d}.")] $name,)*
        }

        impl Icon {
            /// All of them.
            pub const ALL: &[Icon] = &[$(Icon::$name,)*];

            /// The names of all of them.
            pub const NAMES: &[&str] = &[$($lucide,)*];

            /// The character that stands for it in the icon font.
            #[must_use]
            pub const fn glyph(self) -> char {
                match self { $(Icon::$name => $glyph,)* }
            }

            /// Its name in the Lucide set, which scripts and manifests use too.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Icon::$name => $lucide,)* }
            }
        }
    };
}

icons! {
    Activity = '\u{e038}', "activity";
    ArrowDown = '\u{e042}', "arrow-down";
    ArrowDownToLine = '\u{e455}', "arrow-down-to-line";
    ArrowLeft = '\u{e048}', "arrow-left";
    ArrowRight = '\u{e049}', "arrow-right";
    ArrowUp = '\u{e04a}', "arrow-up";
    ArrowUpRight = '\u{e04d}', "arrow-up-right";
    AtSign = '\u{e04e}', "at-sign";
    BookOpen = '\u{e05f}', "book-open";
    Bot = '\u{e1bb}', "bot";
    Box = '\u{e061}', "box";
    Braces = '\u{e36a}', "braces";
    Brain = '\u{e3c6}', "brain";
    Briefcase = '\u{e062}', "briefcase";
    Calculator = '\u{e1bc}', "calculator";
    Calendar = '\u{e063}', "calendar";
    Check = '\u{e06c}', "check";
    ChevronDown = '\u{e06d}', "chevron-down";
    ChevronLeft = '\u{e06e}', "chevron-left";
    ChevronRight = '\u{e06f}', "chevron-right";
    ChevronUp = '\u{e070}', "chevron-up";
    ChevronsUpDown = '\u{e211}', "chevrons-up-down";
    CircleAlert = '\u{e077}', "circle-alert";
    CircleCheck = '\u{e226}', "circle-check";
    CircleHelp = '\u{e082}', "circle-help";
    CircleStop = '\u{e083}', "circle-stop";
    CircleX = '\u{e084}', "circle-x";
    Clock = '\u{e087}', "clock";
    Code = '\u{e093}', "code";
    CodeXml = '\u{e206}', "code-xml";
    Command = '\u{e09a}', "command";
    Copy = '\u{e09e}', "copy";
    CornerDownLeft = '\u{e0a1}', "corner-down-left";
    Cpu = '\u{e0a9}', "cpu";
    Database = '\u{e0ad}', "database";
    Dices = '\u{e2c5}', "dices";
    Download = '\u{e0b2}', "download";
    Ellipsis = '\u{e0b6}', "ellipsis";
    ExternalLink = '\u{e0b9}', "external-link";
    Eye = '\u{e0ba}', "eye";
    EyeOff = '\u{e0bb}', "eye-off";
    File = '\u{e0c0}', "file";
    FileDown = '\u{e318}', "file-down";
    FileText = '\u{e0cc}', "file-text";
    Files = '\u{e0cf}', "files";
    Folder = '\u{e0d7}', "folder";
    FolderOpen = '\u{e247}', "folder-open";
    FolderPlus = '\u{e0d9}', "folder-plus";
    Funnel = '\u{e0dc}', "funnel";
    Gauge = '\u{e1bf}', "gauge";
    GitBranch = '\u{e0e2}', "git-branch";
    Globe = '\u{e0e8}', "globe";
    GraduationCap = '\u{e234}', "graduation-cap";
    GripVertical = '\u{e0eb}', "grip-vertical";
    HardDrive = '\u{e0ed}', "hard-drive";
    Hash = '\u{e0ef}', "hash";
    Heart = '\u{e0f2}', "heart";
    History = '\u{e1f5}', "history";
    House = '\u{e0f5}', "house";
    Image = '\u{e0f6}', "image";
    Info = '\u{e0f9}', "info";
    Keyboard = '\u{e284}', "keyboard";
    Languages = '\u{e0fe}', "languages";
    Layers = '\u{e529}', "layers";
    Library = '\u{e100}', "library";
    Lightbulb = '\u{e1c2}', "lightbulb";
    Link = '\u{e102}', "link";
    List = '\u{e106}', "list";
    ListOrdered = '\u{e1d1}', "list-ordered";
    LoaderCircle = '\u{e10a}', "loader-circle";
    Lock = '\u{e10b}', "lock";
    Mail = '\u{e10f}', "mail";
    MemoryStick = '\u{e445}', "memory-stick";
    MessageSquare = '\u{e117}', "message-square";
    MessageSquarePlus = '\u{e40c}', "message-square-plus";
    MessagesSquare = '\u{e40d}', "messages-square";
    Minus = '\u{e11c}', "minus";
    Monitor = '\u{e11d}', "monitor";
    Moon = '\u{e11e}', "moon";
    Newspaper = '\u{e348}', "newspaper";
    Notebook = '\u{e595}', "notebook";
    Package = '\u{e129}', "package";
    Palette = '\u{e1dd}', "palette";
    PanelLeft = '\u{e12a}', "panel-left";
    PanelRight = '\u{e431}', "panel-right";
    Paperclip = '\u{e12d}', "paperclip";
    Pause = '\u{e12e}', "pause";
    Pencil = '\u{e1f9}', "pencil";
    Pin = '\u{e259}', "pin";
    PinOff = '\u{e2b6}', "pin-off";
    Play = '\u{e13c}', "play";
    Plus = '\u{e13d}', "plus";
    Power = '\u{e140}', "power";
    Puzzle = '\u{e29c}', "puzzle";
    Quote = '\u{e239}', "quote";
    Redo2 = '\u{e2a0}', "redo-2";
    RefreshCw = '\u{e145}', "refresh-cw";
    RotateCcw = '\u{e148}', "rotate-ccw";
    Save = '\u{e14d}', "save";
    Scale = '\u{e212}', "scale";
    ScrollText = '\u{e45f}', "scroll-text";
    Search = '\u{e151}', "search";
    Settings = '\u{e154}', "settings";
    ShieldCheck = '\u{e1ff}', "shield-check";
    SlidersHorizontal = '\u{e29a}', "sliders-horizontal";
    Sparkles = '\u{e412}', "sparkles";
    Square = '\u{e167}', "square";
    Star = '\u{e176}', "star";
    Store = '\u{e3e4}', "store";
    Sun = '\u{e178}', "sun";
    SunMoon = '\u{e2b2}', "sun-moon";
    Table = '\u{e17d}', "table";
    Terminal = '\u{e181}', "terminal";
    Thermometer = '\u{e186}', "thermometer";
    Trash2 = '\u{e18e}', "trash-2";
    TriangleAlert = '\u{e193}', "triangle-alert";
    Type = '\u{e198}', "type";
    Undo2 = '\u{e2a1}', "undo-2";
    Upload = '\u{e19e}', "upload";
    User = '\u{e19f}', "user";
    Wifi = '\u{e1ae}', "wifi";
    WifiOff = '\u{e1af}', "wifi-off";
    Wrench = '\u{e1b1}', "wrench";
    X = '\u{e1b2}', "x";
    Zap = '\u{e1b4}', "zap";
}

impl Icon {
    /// As text of the given size in points and colour, for places that take text.
    #[must_use]
    pub fn text(self, size: f32, color: Color32) -> RichText {
        RichText::new(self.glyph()).font(FontId::new(size, super::fonts::icons())).color(color)
    }
}
