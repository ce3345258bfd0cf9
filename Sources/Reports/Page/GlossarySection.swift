/// The words of this page.
struct GlossarySection: PageSection {
  let anchor = "glossary"
  let title = "Glossary"

  var body: HTML {
    """
    <dl class="glossary">
    <dt>Bits per byte</dt><dd>How many bits the model needs for a byte of unseen text: its \
    negative log-likelihood in base 2 over UTF-8 bytes. It does not depend on the tokenizer.</dd>
    <dt>Domain</dt><dd>A kind of text, such as code or encyclopedia, that is weighted and \
    evaluated by itself.</dd>
    <dt>Epoch</dt><dd>One pass over all tokens of a domain; 2.5 epochs read each token two or three \
    times.</dd>
    <dt>95% interval</dt><dd>Where the change would lie in 95 of 100 evaluations on other documents \
    of this kind, estimated by drawing documents again (bootstrap).</dd>
    <dt>Near-equal</dt><dd>Two documents whose sets of word sequences overlap beyond the recipe's \
    threshold; the overlap is their Jaccard similarity, from 0 to 1.</dd>
    </dl>
    """
  }
}
