/// The words of this page.
struct GlossarySection: PageSection {
  let anchor = "glossary"
  let title = "Glossary"
  let hasStudy: Bool

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
    \(hasStudy ? studies : "")
    <dt>Near-equal</dt><dd>Two documents whose sets of word sequences overlap beyond the recipe's \
    threshold; the overlap is their Jaccard similarity, from 0 to 1.</dd>
    </dl>
    """
  }

  private var studies: HTML {
    """
    <dt>Exchange rate</dt><dd>Bits per byte gained in the target for each one lost in general \
    text.</dd>
    <dt>Forgetting</dt><dd>What a model loses in general text while it learns something else.</dd>
    <dt>Noise floor</dt><dd>How far apart two runs lie that differ in their seed alone: the order of \
    their samples.</dd>
    <dt>Not resolved</dt><dd>A difference that other evaluation documents or other seeds alone could \
    have made: no claim either way.</dd>
    <dt>Pareto front</dt><dd>The runs that no other one beats in the target and in general text at \
    once.</dd>
    <dt>Target</dt><dd>What is to be improved: the mean of the domains that the recipe names, by its \
    weights.</dd>
    """
  }
}
