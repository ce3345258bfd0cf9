#include "embedded_files.h"

// One block a file, sorted by path. A test compares this list with the folders.
#pragma clang diagnostic ignored "-Wc23-extensions"
#define FILE_AT(name, path) static const uint8_t name[] = {
#define END ,0};

FILE_AT(benchmarks, "corpora-manifests/benchmarks.yaml")
#embed "../../corpora-manifests/benchmarks.yaml"
END

FILE_AT(cosmopedia, "corpora-manifests/cosmopedia.yaml")
#embed "../../corpora-manifests/cosmopedia.yaml"
END

FILE_AT(dclm_baseline, "corpora-manifests/dclm-baseline.yaml")
#embed "../../corpora-manifests/dclm-baseline.yaml"
END

FILE_AT(debian_docs, "corpora-manifests/debian-docs.yaml")
#embed "../../corpora-manifests/debian-docs.yaml"
END

FILE_AT(dolma_1_7, "corpora-manifests/dolma-1.7.yaml")
#embed "../../corpora-manifests/dolma-1.7.yaml"
END

FILE_AT(dolmino_2, "corpora-manifests/dolmino-2.yaml")
#embed "../../corpora-manifests/dolmino-2.yaml"
END

FILE_AT(dolmino_3, "corpora-manifests/dolmino-3.yaml")
#embed "../../corpora-manifests/dolmino-3.yaml"
END

FILE_AT(finemath, "corpora-manifests/finemath.yaml")
#embed "../../corpora-manifests/finemath.yaml"
END

FILE_AT(fineweb_2_german, "corpora-manifests/fineweb-2-german.yaml")
#embed "../../corpora-manifests/fineweb-2-german.yaml"
END

FILE_AT(fineweb_edu, "corpora-manifests/fineweb-edu.yaml")
#embed "../../corpora-manifests/fineweb-edu.yaml"
END

FILE_AT(fineweb, "corpora-manifests/fineweb.yaml")
#embed "../../corpora-manifests/fineweb.yaml"
END

FILE_AT(megamath, "corpora-manifests/megamath.yaml")
#embed "../../corpora-manifests/megamath.yaml"
END

FILE_AT(nemotron_cc_math, "corpora-manifests/nemotron-cc-math.yaml")
#embed "../../corpora-manifests/nemotron-cc-math.yaml"
END

FILE_AT(nemotron_sample, "corpora-manifests/nemotron-sample.yaml")
#embed "../../corpora-manifests/nemotron-sample.yaml"
END

FILE_AT(open_math_reasoning, "corpora-manifests/open-math-reasoning.yaml")
#embed "../../corpora-manifests/open-math-reasoning.yaml"
END

FILE_AT(open_thoughts, "corpora-manifests/open-thoughts.yaml")
#embed "../../corpora-manifests/open-thoughts.yaml"
END

FILE_AT(open_web_math, "corpora-manifests/open-web-math.yaml")
#embed "../../corpora-manifests/open-web-math.yaml"
END

FILE_AT(pes2o, "corpora-manifests/pes2o.yaml")
#embed "../../corpora-manifests/pes2o.yaml"
END

FILE_AT(proof_pile_2, "corpora-manifests/proof-pile-2.yaml")
#embed "../../corpora-manifests/proof-pile-2.yaml"
END

FILE_AT(redpajama_v2_sample, "corpora-manifests/redpajama-v2-sample.yaml")
#embed "../../corpora-manifests/redpajama-v2-sample.yaml"
END

FILE_AT(smollm_corpus, "corpora-manifests/smollm-corpus.yaml")
#embed "../../corpora-manifests/smollm-corpus.yaml"
END

FILE_AT(starcoderdata, "corpora-manifests/starcoderdata.yaml")
#embed "../../corpora-manifests/starcoderdata.yaml"
END

FILE_AT(the_stack_dedup, "corpora-manifests/the-stack-dedup.yaml")
#embed "../../corpora-manifests/the-stack-dedup.yaml"
END

FILE_AT(wikipedia, "corpora-manifests/wikipedia.yaml")
#embed "../../corpora-manifests/wikipedia.yaml"
END

FILE_AT(c4_paragraphs, "filters/c4-paragraphs.yaml")
#embed "../../filters/c4-paragraphs.yaml"
END

FILE_AT(c4, "filters/c4.yaml")
#embed "../../filters/c4.yaml"
END

FILE_AT(dclm_quality, "filters/dclm-quality.yaml")
#embed "../../filters/dclm-quality.yaml"
END

FILE_AT(dclm_repetition, "filters/dclm-repetition.yaml")
#embed "../../filters/dclm-repetition.yaml"
END

FILE_AT(dclm, "filters/dclm.yaml")
#embed "../../filters/dclm.yaml"
END

FILE_AT(dolma_c4, "filters/dolma-c4.yaml")
#embed "../../filters/dolma-c4.yaml"
END

FILE_AT(dolma_gopher, "filters/dolma-gopher.yaml")
#embed "../../filters/dolma-gopher.yaml"
END

FILE_AT(fineweb_chain, "filters/fineweb-chain.yaml")
#embed "../../filters/fineweb-chain.yaml"
END

FILE_AT(fineweb_heuristics, "filters/fineweb-heuristics.yaml")
#embed "../../filters/fineweb-heuristics.yaml"
END

FILE_AT(fineweb_quality, "filters/fineweb-quality.yaml")
#embed "../../filters/fineweb-quality.yaml"
END

FILE_AT(fineweb2_deu, "filters/fineweb2-deu.yaml")
#embed "../../filters/fineweb2-deu.yaml"
END

FILE_AT(fineweb2_fra, "filters/fineweb2-fra.yaml")
#embed "../../filters/fineweb2-fra.yaml"
END

FILE_AT(fineweb2_ita, "filters/fineweb2-ita.yaml")
#embed "../../filters/fineweb2-ita.yaml"
END

FILE_AT(fineweb2_nld, "filters/fineweb2-nld.yaml")
#embed "../../filters/fineweb2-nld.yaml"
END

FILE_AT(fineweb2_pol, "filters/fineweb2-pol.yaml")
#embed "../../filters/fineweb2-pol.yaml"
END

FILE_AT(fineweb2_por, "filters/fineweb2-por.yaml")
#embed "../../filters/fineweb2-por.yaml"
END

FILE_AT(fineweb2_rus, "filters/fineweb2-rus.yaml")
#embed "../../filters/fineweb2-rus.yaml"
END

FILE_AT(fineweb2_spa, "filters/fineweb2-spa.yaml")
#embed "../../filters/fineweb2-spa.yaml"
END

FILE_AT(gopher_quality, "filters/gopher-quality.yaml")
#embed "../../filters/gopher-quality.yaml"
END

FILE_AT(gopher_repetition, "filters/gopher-repetition.yaml")
#embed "../../filters/gopher-repetition.yaml"
END

FILE_AT(language, "filters/language.yaml")
#embed "../../filters/language.yaml"
END

FILE_AT(second_level_suffixes, "filters/lists/second-level-suffixes.txt")
#embed "../../filters/lists/second-level-suffixes.txt"
END

FILE_AT(url_domains, "filters/lists/url-domains.txt")
#embed "../../filters/lists/url-domains.txt"
END

FILE_AT(url_hard_words, "filters/lists/url-hard-words.txt")
#embed "../../filters/lists/url-hard-words.txt"
END

FILE_AT(url_soft_words, "filters/lists/url-soft-words.txt")
#embed "../../filters/lists/url-soft-words.txt"
END

FILE_AT(url_subwords, "filters/lists/url-subwords.txt")
#embed "../../filters/lists/url-subwords.txt"
END

FILE_AT(math, "filters/math.yaml")
#embed "../../filters/math.yaml"
END

FILE_AT(filter_open_web_math, "filters/open-web-math.yaml")
#embed "../../filters/open-web-math.yaml"
END

FILE_AT(pii, "filters/pii.yaml")
#embed "../../filters/pii.yaml"
END

FILE_AT(quality, "filters/quality.model")
#embed "../../filters/quality.model"
END

FILE_AT(redpajama_code, "filters/redpajama-code.yaml")
#embed "../../filters/redpajama-code.yaml"
END

FILE_AT(redpajama_v2, "filters/redpajama-v2.yaml")
#embed "../../filters/redpajama-v2.yaml"
END

FILE_AT(refinedweb, "filters/refinedweb.yaml")
#embed "../../filters/refinedweb.yaml"
END

FILE_AT(santacoder, "filters/santacoder.yaml")
#embed "../../filters/santacoder.yaml"
END

FILE_AT(site_boilerplate, "filters/site-boilerplate.yaml")
#embed "../../filters/site-boilerplate.yaml"
END

FILE_AT(source_code, "filters/source-code.yaml")
#embed "../../filters/source-code.yaml"
END

FILE_AT(starcoder, "filters/starcoder.yaml")
#embed "../../filters/starcoder.yaml"
END

FILE_AT(starcoder2, "filters/starcoder2.yaml")
#embed "../../filters/starcoder2.yaml"
END

FILE_AT(url_rules, "filters/url-rules.yaml")
#embed "../../filters/url-rules.yaml"
END

#define ENTRY(path, name) {path, name, sizeof(name) - 1}

static const embedded_file table[] = {
    ENTRY("corpora-manifests/benchmarks.yaml", benchmarks),
    ENTRY("corpora-manifests/cosmopedia.yaml", cosmopedia),
    ENTRY("corpora-manifests/dclm-baseline.yaml", dclm_baseline),
    ENTRY("corpora-manifests/debian-docs.yaml", debian_docs),
    ENTRY("corpora-manifests/dolma-1.7.yaml", dolma_1_7),
    ENTRY("corpora-manifests/dolmino-2.yaml", dolmino_2),
    ENTRY("corpora-manifests/dolmino-3.yaml", dolmino_3),
    ENTRY("corpora-manifests/finemath.yaml", finemath),
    ENTRY("corpora-manifests/fineweb-2-german.yaml", fineweb_2_german),
    ENTRY("corpora-manifests/fineweb-edu.yaml", fineweb_edu),
    ENTRY("corpora-manifests/fineweb.yaml", fineweb),
    ENTRY("corpora-manifests/megamath.yaml", megamath),
    ENTRY("corpora-manifests/nemotron-cc-math.yaml", nemotron_cc_math),
    ENTRY("corpora-manifests/nemotron-sample.yaml", nemotron_sample),
    ENTRY("corpora-manifests/open-math-reasoning.yaml", open_math_reasoning),
    ENTRY("corpora-manifests/open-thoughts.yaml", open_thoughts),
    ENTRY("corpora-manifests/open-web-math.yaml", open_web_math),
    ENTRY("corpora-manifests/pes2o.yaml", pes2o),
    ENTRY("corpora-manifests/proof-pile-2.yaml", proof_pile_2),
    ENTRY("corpora-manifests/redpajama-v2-sample.yaml", redpajama_v2_sample),
    ENTRY("corpora-manifests/smollm-corpus.yaml", smollm_corpus),
    ENTRY("corpora-manifests/starcoderdata.yaml", starcoderdata),
    ENTRY("corpora-manifests/the-stack-dedup.yaml", the_stack_dedup),
    ENTRY("corpora-manifests/wikipedia.yaml", wikipedia),
    ENTRY("filters/c4-paragraphs.yaml", c4_paragraphs),
    ENTRY("filters/c4.yaml", c4),
    ENTRY("filters/dclm-quality.yaml", dclm_quality),
    ENTRY("filters/dclm-repetition.yaml", dclm_repetition),
    ENTRY("filters/dclm.yaml", dclm),
    ENTRY("filters/dolma-c4.yaml", dolma_c4),
    ENTRY("filters/dolma-gopher.yaml", dolma_gopher),
    ENTRY("filters/fineweb-chain.yaml", fineweb_chain),
    ENTRY("filters/fineweb-heuristics.yaml", fineweb_heuristics),
    ENTRY("filters/fineweb-quality.yaml", fineweb_quality),
    ENTRY("filters/fineweb2-deu.yaml", fineweb2_deu),
    ENTRY("filters/fineweb2-fra.yaml", fineweb2_fra),
    ENTRY("filters/fineweb2-ita.yaml", fineweb2_ita),
    ENTRY("filters/fineweb2-nld.yaml", fineweb2_nld),
    ENTRY("filters/fineweb2-pol.yaml", fineweb2_pol),
    ENTRY("filters/fineweb2-por.yaml", fineweb2_por),
    ENTRY("filters/fineweb2-rus.yaml", fineweb2_rus),
    ENTRY("filters/fineweb2-spa.yaml", fineweb2_spa),
    ENTRY("filters/gopher-quality.yaml", gopher_quality),
    ENTRY("filters/gopher-repetition.yaml", gopher_repetition),
    ENTRY("filters/language.yaml", language),
    ENTRY("filters/lists/second-level-suffixes.txt", second_level_suffixes),
    ENTRY("filters/lists/url-domains.txt", url_domains),
    ENTRY("filters/lists/url-hard-words.txt", url_hard_words),
    ENTRY("filters/lists/url-soft-words.txt", url_soft_words),
    ENTRY("filters/lists/url-subwords.txt", url_subwords),
    ENTRY("filters/math.yaml", math),
    ENTRY("filters/open-web-math.yaml", filter_open_web_math),
    ENTRY("filters/pii.yaml", pii),
    ENTRY("filters/quality.model", quality),
    ENTRY("filters/redpajama-code.yaml", redpajama_code),
    ENTRY("filters/redpajama-v2.yaml", redpajama_v2),
    ENTRY("filters/refinedweb.yaml", refinedweb),
    ENTRY("filters/santacoder.yaml", santacoder),
    ENTRY("filters/site-boilerplate.yaml", site_boilerplate),
    ENTRY("filters/source-code.yaml", source_code),
    ENTRY("filters/starcoder.yaml", starcoder),
    ENTRY("filters/starcoder2.yaml", starcoder2),
    ENTRY("filters/url-rules.yaml", url_rules),
};

size_t embedded_files(const embedded_file **files) {
  *files = table;
  return sizeof(table) / sizeof(table[0]);
}
