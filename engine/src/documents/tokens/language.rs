//! Which language a text is in, as far as it matters for finding words in their other forms.
//!
//! Told by the little words that every sentence is full of, and that carry no meaning of their own:
//! the same lists say which words of a question need not be searched for.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use snowball_stemmers_rs::{Algorithm, Stemmer};

/// A language whose words can be reduced to their stems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names of languages need no explanation")]
pub enum Language {
    Arabic,
    Catalan,
    Czech,
    Danish,
    Dutch,
    English,
    Estonian,
    Finnish,
    French,
    German,
    Greek,
    Hindi,
    Hungarian,
    Indonesian,
    Italian,
    Lithuanian,
    Norwegian,
    Persian,
    Polish,
    Portuguese,
    Romanian,
    Russian,
    Spanish,
    Swedish,
    Tamil,
    Turkish,
    Ukrainian,
}

/// The little words of all languages, each with a bit for every language that it belongs to, in the
/// order of [`Language::ALL`].
static LITTLE_WORDS: LazyLock<HashMap<&str, u32>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for (at, language) in Language::ALL.into_iter().enumerate() {
        for word in language.little_words_table().split(' ') {
            *words.entry(word).or_default() |= 1 << at;
        }
    }
    words
});

/// A text has at least so many little words in a hundred.
const LEAST_PERCENT: usize = 8;

impl Language {
    /// All of them.
    pub const ALL: [Self; 27] = [
        Self::English,
        Self::Arabic,
        Self::Catalan,
        Self::Czech,
        Self::Danish,
        Self::Dutch,
        Self::Estonian,
        Self::Finnish,
        Self::French,
        Self::German,
        Self::Greek,
        Self::Hindi,
        Self::Hungarian,
        Self::Indonesian,
        Self::Italian,
        Self::Lithuanian,
        Self::Norwegian,
        Self::Persian,
        Self::Polish,
        Self::Portuguese,
        Self::Romanian,
        Self::Russian,
        Self::Spanish,
        Self::Swedish,
        Self::Tamil,
        Self::Turkish,
        Self::Ukrainian,
    ];

    /// The language of a text; `None` when it is another one, or none.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let words: Vec<String> = words(text).take(4000).collect();
        let counted = Self::among(&words);
        // Of equal ones the first, which is the commonest.
        let (count, language) = counted
            .into_iter()
            .rev()
            .max_by_key(|(count, _)| *count)
            .filter(|(count, _)| *count > 1)?;
        (count * 100 >= words.len() * LEAST_PERCENT).then_some(language)
    }

    /// The language of a question, which may have a single little word. Where several languages fit
    /// equally well, one of `expected`.
    #[must_use]
    pub fn of_question(text: &str, expected: &[Self]) -> Option<Self> {
        let words: Vec<String> = words(text).collect();
        let counted = Self::among(&words);
        let count = |language: Self| counted.iter().find(|(_, other)| *other == language);
        let mut best = None;
        for &(count, language) in expected.iter().copied().filter_map(count).chain(&counted) {
            if count > best.map_or(0, |(count, _)| count) {
                best = Some((count, language));
            }
        }
        best.map(|(_, language)| language)
    }

    /// Its English name, in lower case.
    #[must_use]
    pub fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// How many little words of it a text has.
    pub(super) fn count_little_words(self, text: &str) -> usize {
        words(text).filter(|word| self.is_little_word(word)).count()
    }

    /// The language in which a question meets these texts: its own, if one of them is in it, else that of
    /// the first whose language is known.
    #[must_use]
    pub fn of_either<'a>(question: &str, texts: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let found: Vec<Self> = texts.into_iter().filter_map(Self::of).collect();
        let asked = Self::of_question(question, &found).filter(|asked| found.contains(asked));
        asked.or(found.first().copied())
    }

    /// How many of the words are little words of each language.
    fn among(words: &[String]) -> [(usize, Self); Self::ALL.len()] {
        let mut counted = Self::ALL.map(|language| (0, language));
        for languages in words.iter().filter_map(|word| LITTLE_WORDS.get(word.as_str())) {
            for (at, (count, _)) in counted.iter_mut().enumerate() {
                *count += usize::from(languages >> at & 1 == 1);
            }
        }
        counted
    }

    /// Whether a word in lower case carries no meaning of its own.
    #[must_use]
    pub fn is_little_word(self, word: &str) -> bool {
        let at = Self::ALL.iter().position(|language| *language == self);
        let languages = LITTLE_WORDS.get(word).copied().unwrap_or(0);
        at.is_some_and(|at| languages >> at & 1 == 1)
    }

    /// What reduces its words to their stems.
    #[must_use]
    pub fn stemmer(self) -> Stemmer {
        Stemmer::create(match self {
            Self::Arabic => Algorithm::Arabic,
            Self::Catalan => Algorithm::Catalan,
            Self::Czech => Algorithm::Czech,
            Self::Danish => Algorithm::Danish,
            Self::Dutch => Algorithm::Dutch,
            Self::English => Algorithm::English,
            Self::Estonian => Algorithm::Estonian,
            Self::Finnish => Algorithm::Finnish,
            Self::French => Algorithm::French,
            Self::German => Algorithm::German,
            Self::Greek => Algorithm::Greek,
            Self::Hindi => Algorithm::Hindi,
            Self::Hungarian => Algorithm::Hungarian,
            Self::Indonesian => Algorithm::Indonesian,
            Self::Italian => Algorithm::Italian,
            Self::Lithuanian => Algorithm::Lithuanian,
            Self::Norwegian => Algorithm::Norwegian,
            Self::Persian => Algorithm::Persian,
            Self::Polish => Algorithm::Polish,
            Self::Portuguese => Algorithm::Portuguese,
            Self::Romanian => Algorithm::Romanian,
            Self::Russian => Algorithm::Russian,
            Self::Spanish => Algorithm::Spanish,
            Self::Swedish => Algorithm::Swedish,
            Self::Tamil => Algorithm::Tamil,
            Self::Turkish => Algorithm::Turkish,
            Self::Ukrainian => Algorithm::Ukrainian,
        })
    }

    /// Its words without a meaning of their own, in lower case, parted by spaces.
    #[must_use]
    pub fn little_words_table(self) -> &'static str {
        match self {
            Self::English => {
                "a about after all also am an and any are as at be because been before being between both but by can could did do does doing done during each for from had has have having he her here hers him his how i if in into is it its itself just many may me might more most much must my no nor not of off on only or other our ours out over own same she should so some such than that the their theirs them then there these they this those through to too under until up upon us very was we were what when where whether which while who whom whose why will with within without would you your yours"
            }
            Self::German => {
                "aber alle allem allen aller als also am an auch auf aus bei beim bin bis da dabei dadurch dann das dass dem den denn der deren des dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er es für gegen gibt hat hatte hatten hier ich ihr ihre ihrem ihren ihrer im in indem ins ist ja jede jedem jeden jeder jedes kann kein keine können man mehr mit nach nicht noch nur ob oder ohne sehr sein seine seinem seinen seiner seit sich sie sind so um und uns unter viel viele vom von vor war waren warum was wegen weil welche welchem welchen welcher welches wem wen wenn wer werden wie wieder wieviele wird wo wurde wurden zu zum zur zwischen über"
            }
            Self::French => {
                "a ai ainsi après au aucun aussi autre aux avait avant avec avoir c car ce cela celle celui ces cet cette chez ci comme comment d dans de depuis des donc dont du elle elles en encore entre est et eu eux fait fut ici il ils j je jusqu l la là le les leur leurs lui m ma mais même mes mon n ne ni nos notre nous on ont ou où par pas pendant peut plus pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa sans se selon ses si son sont sous sur t ta te tes toi ton tous tout toute tu un une vers voici vos votre vous y à étaient était été être"
            }
            Self::Spanish => {
                "a al algo alguna algunas algunos ante antes aquel así aunque bajo bien cada casi como con contra cosa cual cuales cuando cuál cuáles cuánto cuántos cómo de del desde donde dos durante dónde e el ella ellas ellos en entre era eran es esa esas ese eso esos esta estaba estas este esto estos está están fue fueron ha había han hasta hay la las le les lo los más me mi mientras muy nada ni no nos o os otra otro para pero poco por porque que quien quién qué se sea ser si sido sin sobre son su sus sí también tan tanto te tiene toda todas todo todos tras tu un una unas uno unos y ya yo él"
            }
            Self::Italian => {
                "a ad ai al alla alle allo anche avere c che chi ci come con contro cosa cui da dai dal dalla dalle de degli dei del dell della delle dello di dopo dove e ed era erano essere fino fra gli ha hanno i il in io l la le lei lo loro lui ma mentre mi mia mio molto ne nei nel nell nella nelle no noi non nostro o ogni per perché più poi prima qual quale quali quando quanto quanti quella quelle quelli quello questa queste questi questo qui se sei senza si sia sono sopra sta stata stato su sua sue sugli sui sul sulla suo suoi tra tu tutti tutto un una uno vi è"
            }
            Self::Portuguese => {
                "a ao aos as até cada com como da das de dela dele depois desde do dos e ela elas ele eles em entre era eram essa esse esta este estes está eu foi foram há isso isto já lhe mais mas me mesmo meu minha muito na nas nem no nos nossa nosso não nós o onde os ou para pela pelas pelo pelos por porque quais qual quando quanto quantos que quem se sem ser seu seus sobre sua suas são só também te tem tinha todo todos três tu um uma umas uns você à às é"
            }
            Self::Dutch => {
                "aan al alle als altijd andere ben bij daar dan dat de deze die dit doch doen door dus een en er ge geen geweest haar had heb hebben heeft hem het hier hij hoe hoeveel hun iemand iets ik in is ja je kan kon kunnen maar me meer men met mij mijn moet na naar niet niets nog nu of om omdat onder ons ook op over reeds te tegen toch toen tot u uit uw van veel voor waar waarom wanneer want waren was wat welke werd werden wie wij wil worden wordt zal ze zich zij zijn zo zonder zou"
            }
            Self::Danish => {
                "ad af alle alt at blev blive bliver da de dem den denne der deres det dette dig din disse dog du efter eller en end er et for fra ham han hans har havde hende her hos hun hvad hvem hvilke hvilken hvis hvor hvordan hvorfor hvornår i ikke ind ja jeg kan kunne man mange med meget men mig min mine mod må ned noget nogle nu når og også om op os over på selv ser sig sin sine skal skulle som til thi ud under var vi vil ville være været"
            }
            Self::Norwegian => {
                "alle at av bare begge ble bli blir både da de deg dei dem den denne der deres det dette di din disse du eller en enn er et etter for fordi fra før ha hadde han hans har hennes her hun hva hvem hver hvilke hvilken hvis hvor hvordan hvorfor i ikke inn jeg kan kunne man mange med meg mellom men mer mot må når og også om opp oss over på seg selv sin sine skal skulle slik som så til um under ut uten var vi vil ville være vært å"
            }
            Self::Swedish => {
                "alla allt att av blev bli blir då de dem den denna deras dess dessa det detta dig din du där därför efter ej eller en er ett från för ha hade han hans har henne hennes hon honom hur här i icke in inte jag kan kunde man med mellan men mer mig min mot mycket ni nu någon något några när och också om oss på samma sedan sig sin sina skulle som så till under upp ut utan vad var varför vara vari vars vem vi vid vilka vilken vilket än är över"
            }
            Self::Finnish => {
                "ei eivät emme en enemmän ennen että he hän häneen häntä ja jo joka jonka jos jota jotka jossa kaikki kanssa keitä ken kuin kuinka kuka kun me mihin mikä miksi missä mitä mitkä mukaan mutta mutta myös ne niiden niin niitä noin nuo nyt näiden nämä ole olen oli olivat olla on ovat paljon se sekä sen siellä sillä sitten sitä tai te tuo tämä tämän vaan vai vaikka voi yli"
            }
            Self::Hungarian => {
                "a abban ahhoz ahogy aki akik akkor alatt amely amelyek ami amikor amit annak arra az azok azon azonban azt azzal be csak de e egy egyes egyik el elő első en ennek ez ezek ezt fel hanem ha hogy hogyan hol holnap honnan i igen is így jól ki kik kell ki le lehet lesz lett maga már meg még melyik mert mi miért mikor milyen minden mint mit most nagy ne nem nincs olyan ő ők s sem szerint több után vagy van vannak volt voltak"
            }
            Self::Romanian => {
                "a ai al ale am ar are au aceasta această aceste acest acesta care ca câte câți ce cea cei cel cele cine cu cum când că da dar de deși din după ei el ele era este eu fi fost iar ii in la le lor lui mai mult multe nici noi nu o or ori pe pentru peste prin sale sau se si sunt său toate tot toți un una unde unei unele unor unui va vor și în între îi își"
            }
            Self::Turkish => {
                "acaba ama ancak artık aslında az bana bazı belki ben beni benim bir biri biz bizim bu buna bunda bundan bunu bunun burada çok çünkü da daha de değil diye en gibi göre hangi hem hep her hiç için ile ise işte kadar kaç karşı ki kim kimi mi mı mu mü nasıl ne neden nerede niçin niye o olan olarak oldu olduğu olur ona onlar onu onun sadece sen siz sonra şey şu tarafından tüm üzere var ve veya ya yani yok"
            }
            Self::Russian => {
                "а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да даже два для до его ее ей если есть еще ещё же за здесь и из или им их к как какая какие каким каких какой какое ко когда кого который которая которые кто куда ли мне много может можно мы на над надо не него нее нет ни них но ну о об однако он она они оно от очень по под почему при про раз с сам себя сколько со так также такой там тем то того тоже той только том ты у уже хотя чего чей чем что чтобы эта эти это этого этой этом этот я"
            }
            Self::Greek => {
                "αλλά αν αντί από αυτά αυτές αυτή αυτό αυτοί αυτός αυτού γιατί για δεν δύο είναι είχε εγώ ένα έναν ένας εκεί εδώ επί έχει έχουν ή η ήταν θα και κατά κάθε κι με μετά μέχρι μη μια μία μας μου να ο οι όπως όταν ότι όχι παρά περί ποια ποιο ποιος που πολύ ποτέ πού πως πώς πριν προς πόσα πόσο σαν σας σε στα στη στην στις στο στον στους τα τη την της τι τις το τον του τους τους των ως"
            }
            Self::Hindi => {
                "अंदर अत अपना अपनी अपने अब अभी आदि आप इत्यादि इन इनका इनकी इनके इन्हीं इन्हें इन्हों इस इसका इसकी इसके इसमें इसी इसे उन उनका उनकी उनके उनको उन्हीं उन्हें उन्होंने उस उसका उसकी उसके उसी उसे एक एवं एस ऐसा ऐसी ऐसे और कई कब कर करता करते करना करने करें कहते कहा कहाँ कहां का कि कितना कितनी कितने किन किया किस किसका किसकी किसके किसने किसी किसे की कुछ कुल के को कोई कौन कौनसा क्या क्यों गई गए गया घर जब जहाँ जहां जा जाता जाती जाते जाना जाने जिन जिनका जिनकी जिनके जिन्हें जिस जिसका जिसकी जिसके जिसने जिसमें जिसे जैसा जैसी जैसे जो तक तब तरह तिन तिस तो था थी थे दिया दी दो दोनों द्वारा न नहीं ना निम्न ने पर पहले पास पूरा पे फिर बनी बहुत बाद बाला बिलकुल भी भीतर मगर मानो मे में मैं यदि यह यहाँ यहां यही या ये रखें रहा रही रहे लिए लिये लेकिन व वह वहाँ वहां वही वाला वाली वाले वे सकता सकती सकते सबसे सभी साथ साबुत सारा से सो स्वयं ही हुआ हुई हुए है हैं हो होता होती होते होना होने"
            }
            Self::Polish => {
                "a aby albo ale ani bardzo bez bo by być był była było były będzie co czy czyli dla do gdy gdzie go i ich ile im inne iż ja jak jaka jaki jakie jako je jednak jego jej jest jeszcze jeśli już każdy kiedy kto która które którego której który których którzy ku lub ma mają mi może można my na nad nam nas nich nie niż no o od on ona one oni oraz po pod ponieważ poza przed przez przy się sobie swoje są ta tak także tam te tego tej ten to tu tych tylko tym u w we wiele więc wszystko z za ze że żeby"
            }
            Self::Czech => {
                "a aby aj ale ani až bez bude budou by byl byla byli bylo být co což další do ho i jak jako jaká jaké jaký je jeho jejich její jen ještě ji jiné již jsem jsou k kam kde kdo kdy kdyby když kolik kromě kterou která které který kteří ku mají mezi mi má může na nad nebo než ni nic o od on ona oni pak po pod podle pokud pouze pro protože proč před při s se si své ta tak také tato tedy ten tento to toho tom tuto ty tím u už v ve více však všech z za ze že"
            }
            Self::Ukrainian => {
                "а але б без би бо був була були було бути в вам вас вже ви вона вони воно все всі від він де для до з за зі й його коли крім куди лише ми може між на над нас не нею ним них ні ніж о об обидва один одна по при про проти під після та так такий також там те ти то того той тому ту тільки у хто це цей ця ці чи чим чого чому що щоб я як яка який якого якої якщо які є і із інші їй їм їх її"
            }
            Self::Indonesian => {
                "ada adalah agar akan anda antara apa apakah atas atau bagaimana bagi bahwa banyak beberapa belum berapa bisa bukan dalam dan dapat dari dengan di dia dimana hanya harus hingga ia ini itu jika juga kami kapan karena ke kepada ketika kita lain lebih maka mana masih mengapa mereka merupakan namun oleh pada para pernah saat saja sampai sangat satu sebagai sebelum sebuah secara sedang sehingga sejak selama semua seorang seperti serta setelah siapa suatu sudah tanpa telah tentang terhadap tersebut tetapi tidak untuk walaupun yaitu yang"
            }
            Self::Catalan => {
                "a així això al als altra altre altres amb aquest aquesta aquestes aquests bé cada com contra d de del dels des després dins el ella elles ells els em en encara ens entre era eren es esta estan estava està et fa fins ha han havia hi ho i jo l la les li llavors m mentre meu molt molta moltes molts més n ni no nosaltres o on per perquè però poc pot qual quals quan quant quants que qui quin quina quines quins què s se sense ser seu seus seva seves si sobre sota són també tan te tenen tot tota totes tots té un una unes uns va van vos és"
            }
            Self::Persian => {
                "آن آنجا آنها از است اما اند او اگر ای ایشان این اینکه با باید بر برای برخی بسیار بعد به بود بودند بوده بی بین تا تحت تو جز حتی حدود خواهد خود داد دارد دارند داشت در درباره دیگر را روی زیر سوی سپس شد شدن شده شما شود طی غیر فقط قبل ما مانند مثل من می میان نه نیز نیست ها های هر هم همان همه همین هنوز هیچ و ولی وی پس پیش چرا چند چه چون چگونه کجا کدام کرد کردن کرده کسی کند کنند که کی گفت یا یک"
            }
            Self::Estonian => {
                "aga all alla alles eest ega ehk ei enne ent et ette ja ju jätkuvalt ka kas keda kelle kes kogu koos kui kuid kuidas kuna kus kust kõik ma me meie mida miks millal mille millest milline mis mitte mu mul mõned need neid nende nii ning nüüd oleks olema olen oli olid olla olnud oma on pole pool pärast sa saab sama samuti seda see selle selles sest siin siis sinu sisse ta tagasi te teda tema tuleb tuli u vahel vaid vastu veel välja või võib üks üle"
            }
            Self::Lithuanian => {
                "ant apie ar arba aš bei bet bus buvo būti būtų dar do dėl iki ir iš ištisas jau jei jeigu ji jie jis jog jos juk jums jūs jų kad kai kaip kam kas katras keli kelios kiek kita kitas kiti kodėl kokia kokie koks kol kur kuri kurie kurio kurios kuris ką ligi link man mes mūsų ne nei nes net nuo nėra o pagal pas pat per po prie prieš sau savo su ta tada tai taip tarp tas tavo tie tik to todėl tokia toks tu už va virš vis visi visų yra į ši šiai šie šio šios šis"
            }
            Self::Tamil => {
                "அதன் அது அதை அந்த அல்லது அவன் அவர் அவர்கள் அவள் அவை ஆக ஆகிய ஆகும் ஆனால் இதன் இதில் இது இதை இந்த இருக்கும் இருந்த இருந்து இல்லை இவர் இவை உள்ள உள்ளது எத்தனை எந்த என எனும் என்ன என்பது என்ற என்று எப்படி எப்போது எவ்வளவு ஏன் ஒரு ஓர் கொண்ட கொண்டு சில தனது தன் தான் தொடர்பாக நான் நாம் நீ பற்றி பல பின்னர் பிறகு போது போன்ற போல் மட்டும் மற்ற மற்றும் மிக மூலம் மேலும் யார் வந்து வரை வேண்டும்"
            }
            Self::Arabic => {
                "إلى إذا إن أن أو أي أين ألا أما أنا أنت أنه أنها إنه إنها اذا الا التي الذي الذين الى ان او اي بعد بعض بل بن بها به بين تحت تلك تم ثم حتى حول حيث خلال دون ذلك عام عدد على عليه عليها عن عند عندما غير فإن في فيه فيها قبل قد كان كانت كل كم كما كيف لا لدى لقد لكن لم لماذا لن له لها لهذا ليس ما ماذا متى مثل مع من منذ منه منها نحو هذا هذه هل هم هناك هو هي و وقد وكان ولا ولم وما ومن وهو وهي يكون"
            }
        }
    }
}

/// The words of a text in lower case, accents and all.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric() && !unicode_normalization::char::is_combining_mark(c))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn languages_are_told_by_their_little_words() {
        for (text, language) in [
            (
                "The engine does not know who is asking, and it need not know.",
                Some(Language::English),
            ),
            ("Der Hund läuft durch den Garten und die Katze schläft.", Some(Language::German)),
            ("Le chat est sur la table et il ne veut pas descendre.", Some(Language::French)),
            ("El perro corre por el jardín y la gata duerme en casa.", Some(Language::Spanish)),
            ("Собака бежит по саду, а кошка спит на диване и не слышит.", Some(Language::Russian)),
            ("यह शहर नदी के किनारे पर बसा है और इसकी आबादी बहुत अधिक है।", Some(Language::Hindi)),
            (
                "Pies biegnie przez ogród, a kot śpi na kanapie i nic nie słyszy.",
                Some(Language::Polish),
            ),
            (
                "Pes běží po zahradě a kočka spí na pohovce, protože je unavená.",
                Some(Language::Czech),
            ),
            (
                "Пес біжить по саду, а кішка спить на дивані і нічого не чує.",
                Some(Language::Ukrainian),
            ),
            (
                "Anjing itu berlari di kebun dan kucing tidur karena lelah.",
                Some(Language::Indonesian),
            ),
            ("El gos corre pel jardí i la gata dorm amb els seus gatets.", Some(Language::Catalan)),
            (
                "این شهر در کنار رود است و مردم آن از قدیم به کشاورزی می پردازند.",
                Some(Language::Persian),
            ),
            (
                "Koer jookseb aias ja kass magab diivanil, sest ta on väsinud.",
                Some(Language::Estonian),
            ),
            (
                "Šuo bėga per sodą, o katė miega ant sofos ir nieko negirdi.",
                Some(Language::Lithuanian),
            ),
            ("இந்த நகரம் ஒரு ஆற்றின் கரையில் உள்ளது மற்றும் மிக பழமையானது.", Some(Language::Tamil)),
            ("fn main() { println!(\"{x}\"); }", None),
            ("人工智能正在改变世界", None),
            ("", None),
        ] {
            assert_eq!(Language::of(text), language, "{text}");
        }
    }

    #[test]
    fn a_question_meets_texts_in_its_own_language_wherever_they_stand() {
        let hindi = "यह शहर नदी के किनारे पर बसा है और इसकी आबादी बहुत अधिक है।";
        let german = "Der Hund läuft durch den Garten und die Katze schläft.";
        let of = |question, texts: &[&'static str]| Language::of_either(question, texts.to_vec());
        assert_eq!(of("Wer läuft durch den Garten?", &[hindi, german]), Some(Language::German));
        assert_eq!(of("Katze", &[hindi, german]), Some(Language::Hindi));
        assert_eq!(of("What is it?", &["人工智能"]), None);
    }

    #[test]
    fn a_question_may_be_short() {
        assert_eq!(Language::of_question("Wer war Luther?", &[]), Some(Language::German));
        assert_eq!(Language::of_question("invoice 2024", &[Language::German]), None);
    }
}
