/// `records/training-STAGE.json`: one training stage.
public struct TrainingRecord: Codable, Sendable, Equatable {
  public static func path(stage: String) -> String { "records/training-\(stage).json" }

  public var format = 1
  public var stage: String
  /// Where the weights came from: "initial" or a stage's name.
  public var from: String
  public var parameters: Int
  public var steps: Int
  /// Tokens with a loss.
  public var tokens: Int
  public var seconds: Double
  public var tokensPerSecond: Double
  /// Floating-point work by 6N and attention over the machine's measured sgemm rate.
  public var shareOfPeak: Double
  public var curve: [TrainingPoint]
  public var mixture: [MixtureRow]
  /// The largest distance of any prefix of the sampler from the plan, in samples.
  public var mixtureBound: Double
  /// The model on the monitoring documents along the way; nil where it was not measured.
  public var measures: [TrainingMeasure]?
  /// Why the stage ended before its last step; nil where it did not.
  public var stopped: String?

  public init(
    stage: String, from: String, parameters: Int, steps: Int, tokens: Int, seconds: Double,
    tokensPerSecond: Double, shareOfPeak: Double, curve: [TrainingPoint], mixture: [MixtureRow],
    mixtureBound: Double
  ) {
    self.stage = stage
    self.from = from
    self.parameters = parameters
    self.steps = steps
    self.tokens = tokens
    self.seconds = seconds
    self.tokensPerSecond = tokensPerSecond
    self.shareOfPeak = shareOfPeak
    self.curve = curve
    self.mixture = mixture
    self.mixtureBound = mixtureBound
  }
}

public struct TrainingPoint: Codable, Sendable, Equatable {
  /// Tokens seen in this stage after the step.
  public var tokens: Int
  /// Nats a token, mean over the step.
  public var loss: Double
  public var learningRate: Double
  public var gradientNorm: Double

  public init(tokens: Int, loss: Double, learningRate: Double, gradientNorm: Double) {
    self.tokens = tokens
    self.loss = loss
    self.learningRate = learningRate
    self.gradientNorm = gradientNorm
  }
}

/// The model after a step, measured on documents that no result is judged on.
public struct TrainingMeasure: Codable, Sendable, Equatable {
  public struct Domain: Codable, Sendable, Equatable {
    public var domain: String
    public var bitsPerByte: Double

    public init(domain: String, bitsPerByte: Double) {
      self.domain = domain
      self.bitsPerByte = bitsPerByte
    }
  }

  /// Steps done; 0 is the model that the stage began with.
  public var step: Int
  public var tokens: Int
  public var domains: [Domain]
  /// What is to be said of it, for example that the general limit is crossed.
  public var mark: String?

  public init(step: Int, tokens: Int, domains: [Domain], mark: String?) {
    self.step = step
    self.tokens = tokens
    self.domains = domains
    self.mark = mark
  }
}

/// A domain's plan and what became of it.
public struct MixtureRow: Codable, Sendable, Equatable {
  public var domain: String
  /// Shares of the stage's samples, 0 to 1.
  public var plannedShare: Double
  public var realisedShare: Double
  public var tokens: Int
  /// Passes over the domain's tokens.
  public var epochs: Double

  public init(
    domain: String, plannedShare: Double, realisedShare: Double, tokens: Int, epochs: Double
  ) {
    self.domain = domain
    self.plannedShare = plannedShare
    self.realisedShare = realisedShare
    self.tokens = tokens
    self.epochs = epochs
  }
}
