/**
 * A form of words, and how much it speaks for a need that is asked (`explicit`) or only shown (`implicit`): log-odds, added up over
 * all forms that a post holds. Spans and restatements come from cues; tones only weigh.
 *
 * Every form is linear in the text: each quantifier has a bound, and none stands beside another that could match the same.
 */
export interface Form {
  readonly form: RegExp;
  readonly explicit: number;
  readonly implicit: number;
}

/**
 * Where a post without any form stands.
 *
 * Bias and English weights: logistic regression on 3,200 annotated posts of GoEmotions (Google, CC BY 4.0) and, at 0.4 of
 * their weight, 1,201 rows written for this project; rounded to tenths. A few were set by hand, for forms that those posts hold too seldom:
 * advertisements, favours, "help me find", "wonder how hard", "something to read".
 */
export const bias = { explicit: -3.7, implicit: -3.2 } as const;

const weigh = (form: RegExp, explicit: number, implicit: number): Form => ({ form, explicit, implicit });
const cue = weigh;
const tone = weigh;

/** Words in which people ask for something, or show that they lack it. */
export const cues: readonly Form[] = [
  // Asked of everybody
  cue(/\b(?:any(?:one|body|1)|some(?:one|body)|any of you|who)(?: else)?(?: here| out there)? (?:know|have|has|had|got|tell|explain|recommend|suggest|help|tried|remember|care to|willing|able|been|experienced?|want to explain)s?\b/i, 1.5, -0.3),
  cue(/\b(?:can|could|would|will|mind) (?:you|some(?:one|body)|any(?:one|body)|u|ya)(?: all)? (?:please |pls |kindly |possibly |maybe )?(?:tell|explain|recommend|suggest|help|point|link|share|show|provide|elaborate|post|give|send|clarify|expand|describe)/i, 1.3, -0.1),
  cue(/\b(?:do|does|did|don't) (?:you|u|we|they) (?:guys |all )?(?:happen to )?(?:know|have (?:a|any|the)|remember|recommend)\b/i, 0.9, -0.1),
  cue(/\b(?:looking|searching|hunting|after|search) (?:for|of|into)\b|\bin need of\b|\bon the lookout\b/i, 0.3, -0.3),
  cue(/\b(?:any|some|good|other|more|your|for|have|open to|need) (?:\w{1,15} )?(?:recommendations?|recs?|suggestions?|advice|tips|ideas|pointers|sources?|links?|info|information|resources|thoughts|alternatives|proof|evidence|way)\b/i, 0.8, -0.1),
  cue(/\b(?:please |pls )(?:help|explain|tell|recommend|advise|suggest)|\bhelp (?:please|needed|wanted)|\b(?:need|want) (?:some |a little )?(?:help|advice)/i, 0.2, -0.2),
  cue(/\bi(?:'m| am|'d) (?:asking|ask)\b|\bquestion (?:is|for|about)\b|\b(?:quick|honest|serious|genuine|stupid|dumb|legit|random|noob) question\b|\beli5\b|\bout of the loop\b/i, 0.9, -0.1),
  cue(/\bhelp me (?:find|choose|decide|identify|understand|out|with)\b/i, 1.8, 0.3),
  // Spanish and French: weights by hand, as no annotated posts stand behind them
  cue(/(?:^|[\s¿¡,])(?:alguien|alguno de ustedes|alguno de vosotros) (?:sabe|conoce|tiene|puede|podría|recomienda|me (?:puede|podría|ayuda))/i, 3.5, 0),
  cue(/(?:¿|^|\s)(?:(?:dónde|donde|cómo|como) (?:puedo|podemos|podría|se puede|consigo|encuentro|hago)|cuál es (?:el|la) mejor|qué (?:libro|me recomiend))/i, 2.5, 0),
  cue(/(?:^|[\s¿¡,])(?:(?:ando |estoy |estamos )?(?:busco|buscando)|(?:se aceptan|alguna) (?:recomendación|recomendaciones|sugerencia|sugerencias|idea)|me recomiendan|qué me recomend[a-zà-ÿ]{1,6})(?=[\s.,!?]|$)/i, 3, 0.5),
  cue(/(?:^|[\s¿¡,])(?:me pregunto|no sé (?:cómo|dónde|qué|cuál|por dónde)|(?:quisiera|quiero|me gustaría|ganas de) (?:aprender|saber|leer|empezar)|no entiendo|no encuentro|necesito (?:un|una|ayuda|encontrar|aprender))(?=[\s.,!?]|$)/i, 0, 3),
  cue(/(?:^|[\s¿¡,])(?:quelqu'un|qqn|quelqu'une|qui) (?:sait|saurait|connaît|connait|connaîtrait|peut|pourrait|a déjà|aurait)(?=[\s.,!?]|$)/i, 3.5, 0),
  cue(/(?:^|[\s¿¡,])(?:où (?:puis-je|peut-on|est-ce qu|trouver|acheter)|comment (?:puis-je|faire|peut-on|on fait|est-ce qu)|(?:savez|connaissez|auriez|avez)-vous|est-ce que quelqu'un)/i, 3, 0),
  cue(/(?:^|[\s¿¡,])(?:je|on|nous) (?:cherche|cherchons|recherche)(?=[\s.,!?]|$)|(?:^|[\s¿¡,])(?:des|une|vos|quelques) (?:recommandations?|conseils?|idées?|suggestions?)(?=[\s.,!?]|$)/i, 3, 0.5),
  cue(/(?:^|[\s¿¡,])(?:je me demande|je (?:ne )?sais pas (?:comment|où|quoi|quel|par où)|j'(?:aimerais|ai envie d)[a-zà-ÿ]{0,3} ?(?:apprendre|savoir|lire|commencer)|je voudrais (?:apprendre|savoir|lire)|je (?:ne )?comprends pas|j'ai besoin d)/i, 0, 3),
  cue(/\bhow (?:do|can|should|would) (?:i|we|one)\b|\bhow to\b|\bwhere (?:can|could|do|should|would) (?:i|we|one|you)\b|\b(?:what|which) (?:\w{1,15} )?should (?:i|we)\b/i, 0.8, 0.1),
  cue(/\b(?:what|which|whats|what's|who's|who is) (?:is |are |was |would be )?(?:the )?(?:best|top|most|difference|advantage|name|point of|reason|story|deal|source|song|book|movie|film|show|game|episode|season|brand|app|kind|type|sort|model|city|version|channel)\b/i, 1, 0.2),
  cue(/\bwhat (?:do|does|did|exactly do|exactly does) [^.!?\n]{1,60} (?:mean|stand for)\b/i, 0.6, 0),
  // Shown, not asked
  cue(/\bi(?:'m| am|'ve been| was)?(?: just| still| always)? wonder(?:ing|ed)?\b|\bmakes me wonder\b|\bwonder(?:ing)? (?:if|how|what|why|whether|who|where|when)\b/i, -0.3, 0.2),
  cue(/\b(?:something|anything)(?: \w{1,12})? (?:to|for) (?:read|watch|listen|play|do|cook|make)\b/i, 0.5, 1),
  cue(/\bwonder(?:ing)? (?:how (?:hard|long|much|many|to|difficult|expensive|do|does|one|people|you)|where|which|whether any|if any|what it)\b/i, 0.2, 1),
  cue(/\bcurious\b|\bcuriosity\b/i, 0.2, 0.5),
  cue(/\b(?:don't|dont|do not|didn't|never|idk|not sure|no idea|no clue|unsure|forgot|forget)(?: \w{1,10})? (?:know |understand |remember |sure |knew |understood )?(?:how|what|which|where|who|if|when)\b/i, -0.3, 0.9),
  cue(/\bi (?:really |still |just )?(?:don't|dont|do not|didn't|can't|never) (?:really |quite |even )?(?:get|understand|understood|know|remember|follow)\b|\b(?:anyone|someone) explain\b/i, 0.6, 0.2),
  cue(/\b(?:can't|cant|cannot|couldn't|can not|unable to|trying to|tried to|try to|hard to|trouble|difficulty) (?:seem to )?(?:figur(?:e|ing)|work(?:ing)? out|find(?:ing)?|remember(?:ing)?|decid(?:e|ing)|understand(?:ing)?|get (?:it|my|this|the)|learn|think of|open|log|make sense)\b/i, -0.1, 0.4),
  cue(/\b(?:confused|lost here|stuck|struggling|struggle with|overwhelmed|clueless|at a loss|tailspin)\b/i, -0.1, 0.7),
  cue(/\b(?:want|wanna|wanted|love|like|hoping|hope|need|have) (?:to )?(?:learn|try|read|watch|visit|know|find|get into|see|start|build|make|go|buy|look|check|understand|figure|play|research|organi[sz]e)\b/i, 0.2, 0.5),
  cue(/\b(?:i|we)(?:'d| would)? (?:really |also |definitely |still |just |probably |might )?(?:want|need|love|like) (?:to )?(?:learn|read|know|find|get into|look into|figure|research|start|organi[sz]e|check)\b/i, 0.2, 0.6),
  cue(/\b(?:i|we) (?:really |just |also |might |will |would )?need (?:a|an|some|one|another|new|more|something|other|help|this|to get)\b|\b(?:gonna|going to|have to|gotta|need to) (?:look (?:into|up|for)|check|research|find|read|learn|get)\b/i, 0.1, 0.4),
  cue(/\b(?:thinking (?:of|about) (?:\w{1,12}ing|a|an|the|my)|considering|planning (?:to|on|a)|plan to|plan on|about to start|hoping to|interested in|getting into|want(?:ed)? to (?:start|get into|learn)|new to (?:this|the|my|a)|beginner|just started|looking to)\b/i, 0, 0.2),
  cue(/\bi(?:'m| am)? (?:trying|struggling|attempting|hoping|looking|learning) to\b|\bhow i (?:can|could|should|would)\b/i, -0.1, 0.2),
  cue(/\bi (?:really )?(?:wish|hope) (?:i|there|we|someone|somebody|that|they|it)\b/i, -0.2, 0.4),
  cue(/\bnever (?:heard of|seen|tried|knew|played|been)\b|\bhaven't (?:heard|seen|tried|played|read|been)\b|\bnot (?:familiar|aware|from)\b|\bdid not know\b/i, 0.5, 0.8),
  cue(/\b(?:same (?:problem|issue|boat|question|thing)|need to know|don't work|won't (?:let|work|open|load|start)|doesn't (?:work|help)|not working|can't afford|keeps? (?:crashing|failing)|broke(?:n)? down|a mess)\b/i, -0.1, 0.7),
];

/** Shapes of questions: looked for only where a post holds a question mark. */
export const questionCues: readonly Form[] = [
  cue(/\bhow (?:do|does|can|could|would|should|did) (?:i|we|one|you|it|this|that|they|the|people)\b[^.!?\n]{0,160}\?/i, 0.3, -0.1),
  cue(/\bhow (?:long|much|many|hard|often|far|old|big|likely|difficult|bad|good|expensive|accurate|safe|reliable)\b[^.!?\n]{0,160}\?/i, 1, 0.2),
  cue(/\bwhere (?:is|are|was|were|did|does|do|can|to|would|the)\b[^.!?\n]{0,160}\?|\bwhere'?s\b[^.!?\n]{0,160}\?/i, 0.3, -0.1),
  cue(/\bwhen (?:is|are|does|do|did|will|was|can|would)\b[^.!?\n]{0,160}\?/i, 0.4, 0),
  cue(/\bwhat(?:'s| is| are| was| were|s) (?!your|wrong|up|that supposed)[^.!?\n]{0,160}\?/i, 0.7, -0.1),
  cue(/\bwhat (?:do|does|did|would|could|can|happens?|happened|other|else|exactly|about)\b[^.!?\n]{0,160}\?/i, 0.8, -0.1),
  cue(/\b(?:which|who|whose) (?:\w{1,15} )?(?:is|are|was|were|one|ones|did|does|has|would|made|do)\b[^.!?\n]{0,160}\?/i, 0.3, -0.1),
  cue(/\bwhy (?:is|are|do|does|did|was|were|would|isn't|aren't|don't|doesn't|didn't|can't) (?!you|u\b)[^.!?\n]{0,160}\?/i, 0.3, -0.1),
  cue(/\b(?:is|are|was|were) there (?:a|an|any|some|other|more|no)\b[^.!?\n]{0,160}\?/i, 1, 0),
  cue(/(?:^|[.!?,]\s{0,3}|\b(?:so|and|but|wait|also|or|ok) )(?:is|are|was|were|isn't|wasn't|aren't) (?:it|this|that|he|she|they|the|these|those)\b[^.!?\n]{0,160}\?/i, 0.3, -0.3),
  cue(/(?:^|[.!?,]\s{0,3}|\b(?:so|and|but|wait|also|or|ok) )(?:do|does|did|has|have|will|would|could|can|don't|didn't|doesn't) (?:it|this|that|he|she|they|the|these|those|people|we|any|all)\b[^.!?\n]{0,160}\?/i, 0.8, -0.1),
  cue(/\b(?:can|could|should|may|must|do|would|am|will) i\b[^.!?\n]{0,160}\?/i, 0.5, 0.2),
  cue(/\b(?:source|link|sauce|proof|name|recipe|location|details|context|explanation|translation)s? ?(?:please|pls|plz)? ?\?/i, 1, 0),
  cue(/\b(?:worth|possible|safe|legal|illegal|allowed|true|real|available|normal|common|ok to|okay to|better|cheaper)\b[^.!?\n]{0,80}\?/i, 0.5, -0.1),
  // Any question at all
  cue(/(?:^|[.!?\n])[\s¿]{0,3}[^\s¿.!?][^.!?\n]{1,300}\?/, 0.1, 0),
];

/** How it is said: what makes a question rhetorical, addressed to one person, a joke, or an advertisement. */
export const tones: readonly Form[] = [
  tone(/\?/, 1.6, -1.6),
  tone(/\?["')\]\s]*$/, 0.4, -0.2),
  tone(/\?[^?]{1,400}\?/, 0.2, -0.3),
  tone(/\?{2,}|[!]\?|\?!/, -0.5, 0.2),
  tone(/\?[^?]{60}/, 0.2, -0.3),
  tone(/^[^?]{0,24}\?["')\s]*$/, -0.4, -0.1),
  tone(/\b(?:do|did|are|were|have|can|could|would|will|don't|didn't|aren't|why do|why are|why would|what do|what are|how do|how can) (?:you|u|ya)\b/i, 0.5, -0.2),
  tone(/\byou(?:'re|r|'ve|'ll)?\b/i, -1.3, -0.9),
  tone(/\b(?:i|i'm|im|i've|my|me)\b|(?:^|[.!?]\s{1,3})(?:need|looking|thinking|trying|can't|cannot|wish|wondering|struggling|planning|hoping|(?:not sure|no idea|no clue|idk|unsure) (?:how|where|what|which) to)\b/i, 0.3, 1.4),
  tone(/,? (?:right|huh|eh|no|amirite|isn't it|doesn't it|aren't they|don't you think|ya know|you know) ?\?/i, -0.3, -0.1),
  tone(/\bwho (?:does that|cares|the|would|wouldn't|doesn't|says)\b|\bhow (?:dare|dumb|stupid|can (?:you|people|anyone|someone)|could (?:you|anyone))\b|\bso what\b|\bwhat(?:'s| is) wrong with\b|\bare you (?:kidding|serious|joking|sure|ok|saying)\b|\b(?:what|why) are you\b|\bwhat do you mean\b|\bhow are you\b|\bwhy (?:not|bother|even|the)\b|\bisn't that\b|\bsince when\b|\bremember when\b/i, -0.5, -0.1),
  tone(/\b(?:wtf|fuck\w{0,4}|hell|shit\w{0,3}|damn|ass|bitch\w{0,2}|stupid(?! question)|idiots?|dumb(?! question)|moron\w?)\b/i, -0.8, -0.7),
  tone(/\b(?:lol|lmf?ao|haha\w{0,6}|rofl|jk)\b|😂|🤣|\/s\b|:p\b/i, -0.8, -0.7),
  tone(/^\s{0,3}["“>]|\n\s{0,3}>/, -0.7, -0.7),
  tone(/\b(?:you should|you could try|you need to|you can|you have to|try (?:a|the|some)|i (?:suggest|recommend)|i'd (?:suggest|recommend)|make sure|if you)\b/i, 0.3, -0.2),
  tone(/\bcan we (?:please |just |all ){0,2}(?:have|get|stop|not|talk|agree)\b/i, -1.8, -1),
  tone(/\b(?:click|dm (?:me|us)|link in bio|sign up|subscribe|order (?:now|yours)|on sale|discount|\d{1,2} ?% off|free shipping|book now|visit (?:us|our)|join us|contact us|we (?:offer|can help|have)|our (?:store|shop|team|new))\b/i, -1.5, -1.5),
  tone(/\bthank(?:s| you)(?: in advance| for any)?\b|\bplease\b|\bsorry\b|\bappreciated?\b/i, 0.8, -0.6),
  tone(/\bjust (?:curious|wondering|asking)\b|\bout of curiosity\b|\bgenuinely\b|\bactually\b|\bexactly\b|\bspecifically\b/i, 0.6, -0.1),
  tone(/\b(?:imagine|how about|why don't we|can we|let's|we need|they need|we should|should be|people need)\b/i, -0.4, -0.5),
  tone(/\b(?:i think|because|that's why|the answer|it's just|that is|of course|obviously|literally)\b/i, -0.2, -0.2),
  tone(/^(?:wait|so|oh|wow|hey|hi|hello|ok|um+|hm+)\b/i, -0.1, -0.8),
  tone(/^(?:yes|yeah|no|nope|yep|i know|i agree|exactly|true|same|and|but|or)\b/i, -0.7, -0.6),
];
