import Corpora
import CounterRandom

/// Good and poor texts for the quality classifier.
struct LabelledTexts {
  var positive = ByteColumn()
  var negative = ByteColumn()

  mutating func append(_ text: ArraySlice<UInt8>, isGood: Bool) {
    if isGood { positive.append(text) } else { negative.append(text) }
  }

  /// Splits off one text in `share`, drawn by the seed.
  func holdingOut(oneIn share: UInt64, seed: UInt64) -> (train: LabelledTexts, held: LabelledTexts)
  {
    let random = CounterRandom(seed: seed, purpose: "held-out texts")
    var train = LabelledTexts()
    var held = LabelledTexts()
    for (texts, isGood) in [(positive, true), (negative, false)] {
      let drawn = random.substream(isGood ? 1 : 0)
      for index in 0..<texts.count {
        if drawn.below(share, UInt64(index)) == 0 {
          held.append(texts[index], isGood: isGood)
        } else {
          train.append(texts[index], isGood: isGood)
        }
      }
    }
    return (train, held)
  }
}
