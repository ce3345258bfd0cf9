import Corpora
import Curation

/// Each rule of a chain on one text.
func trials(_ chain: FilterChain, on text: String) throws -> [FilterTrial] {
  var batch = DocumentBatch()
  batch.append(Document(id: "", text: text, source: ""))
  return try chain.trials(on: ChainMeter(chain).measure(batch).signals)
}
