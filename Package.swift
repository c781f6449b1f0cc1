// swift-tools-version: 6.2
import PackageDescription

// Kernels are SIMD16 code that the compiler lowers to the widest vectors of this architecture.
// SEEDLING_ARCH=x86-64-v3 (or any other -march value) builds binaries that travel.
let architecture = Context.environment["SEEDLING_ARCH"] ?? "native"

// SEEDLING_FLAGS=0 builds without the compiler flags that SwiftPM calls unsafe, for tools that refuse them in
// a dependency, as SwiftPM did before 6.2. Products are then a hundred times slower on x86-64, unless whoever
// builds passes an architecture with multiply-adds: `-Xswiftc -Xcc -Xswiftc -march=native`.
let hasFlags = Context.environment["SEEDLING_FLAGS"] != "0"

func flags(_ flags: [String], _ condition: BuildSettingCondition? = nil) -> [SwiftSetting] {
  hasFlags ? [.unsafeFlags(flags, condition)] : []
}

let house: [SwiftSetting] =
  [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + flags(["-Xcc", "-march=\(architecture)"])

// Modules that hold inner loops are optimised in debug builds too, so that a plain `swift run train` is fast.
let fast: [SwiftSetting] =
  house + flags(["-O", "-wmo", "-num-threads", "2", "-disable-batch-mode"], .when(configuration: .debug))

func library(
  _ name: String, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting] = fast
) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: house)
}

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

func command(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .executableTarget(name: name, dependencies: ["Commands"] + dependencies, swiftSettings: house)
}

// What other packages may use.
let libraries = [
  "Autograd", "NeuralNetwork", "Imaging", "Configuration", "Models", "Datasets", "Metrics", "WeakSupervision",
  "Training", "Methods", "Seedling", "Commands",
]
let commands = ["train", "evaluate", "predict", "explain", "benchmark"]

// A short program that shows a part of the library in use; its functions may use its variables.
func example(_ folder: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: "example" + folder.dropFirst(2), dependencies: dependencies, path: "Sources/Examples/\(folder)",
    swiftSettings: house + [.defaultIsolation(MainActor.self)])
}

let package = Package(
  name: "Seedling",
  products: libraries.map { .library(name: $0, targets: [$0]) }
    + commands.map { .executable(name: $0, targets: [$0]) },
  dependencies: [
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    // What Swift has no name for: two instructions, and the width of registers.
    .systemLibrary(name: "CProcessor"),
    // System libraries: a module map and a shim header each, no logic.
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),

    // Files written whole or not at all, hashes of files, JSON, lists and tables in text files.
    library("Files", []),
    // Tensor, tape, operations, threads.
    library("Autograd", ["CProcessor"]),
    // Parameters, layers, losses, optimizers, weight files.
    library("NeuralNetwork", ["Files", "Autograd"]),
    // Pixels and label maps; the only user of codecs.
    library("Imaging", ["Files", "Autograd", "CPNG", "CTurboJPEG"]),
    // Configuration trees and components; the only user of YAML.
    library("Configuration", ["Files", .product(name: "Yams", package: "Yams")], house),
    // Backbones and heads.
    library("Models", ["NeuralNetwork", "Imaging", "Configuration"]),
    // Samples, augmentation, batches.
    library("Datasets", ["Files", "Autograd", "Imaging", "Configuration"]),
    // Confusion matrix and what follows from it.
    library("Metrics", ["Files", "Autograd", "Imaging"]),
    // Explainers, refinement, pseudo-labels.
    library("WeakSupervision", ["Models", "Imaging", "Configuration"]),
    // Events and their sinks.
    library("Reporting", ["Files"], house),
    // Stages, plans, checkpoints; the stages of the baseline.
    library(
      "Training",
      [
        "Files", "Autograd", "NeuralNetwork", "Imaging", "Configuration", "Models", "Datasets", "Metrics",
        "WeakSupervision", "Reporting",
      ], fast),
    // A folder for each method.
    library(
      "Methods",
      [
        "Files", "Autograd", "NeuralNetwork", "Imaging", "Configuration", "Models", "Datasets", "Metrics",
        "WeakSupervision", "Reporting", "Training",
      ], fast),
    // Run configuration, the catalogue of methods, jobs.
    library(
      "Seedling",
      [
        "Files", "Autograd", "NeuralNetwork", "Imaging", "Configuration", "Models", "Datasets", "Metrics",
        "WeakSupervision", "Reporting", "Training", "Methods",
      ], house),
    // Arguments and endings of the commands.
    library(
      "Commands", ["Files", "Autograd", "Configuration", "Metrics", "Training", "Seedling", arguments],
      house),
    // Measurements of steps, maps and operations.
    library(
      "Benchmarks",
      [
        "Autograd", "NeuralNetwork", "Imaging", "Configuration", "Models", "WeakSupervision", "Reporting",
        "Training", "Seedling", arguments,
      ], fast),

    // Damaged files for every reader.
    library(
      "Fuzzing",
      [
        "Files", "Autograd", "NeuralNetwork", "Imaging", "Configuration", "Models", "Datasets", "Metrics",
        "WeakSupervision", "Reporting", "Training", "Seedling", arguments,
      ], fast),

    command("train"),
    command("evaluate"),
    command("predict"),
    command("explain"),
    command("benchmark", ["Benchmarks"]),
    command("fuzz", ["Fuzzing"]),

    example("01-gradients", ["Autograd"]),
    example("02-train-a-classifier", ["Autograd", "NeuralNetwork", "Imaging", "Datasets"]),
    example(
      "03-explain-a-photograph",
      ["Autograd", "NeuralNetwork", "Imaging", "Datasets", "Models", "WeakSupervision"]),

    .target(
      name: "TestSupport", dependencies: ["Autograd", "NeuralNetwork"], path: "Tests/TestSupport",
      swiftSettings: fast),
    // What the products of the engine are compared with.
    .systemLibrary(
      name: "COpenBLAS", path: "Tests/COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"])]),
    tests("FilesTests", ["Files"]),
    tests("AutogradTests", ["Autograd", "COpenBLAS"]),
    tests("NeuralNetworkTests", ["NeuralNetwork"]),
    tests("ImagingTests", ["Imaging", "Autograd"]),
    tests("ConfigurationTests", ["Configuration"]),
    tests("ModelsTests", ["Models"]),
    tests("DatasetsTests", ["Datasets"]),
    tests("MetricsTests", ["Metrics", "Imaging", "Autograd"]),
    tests("WeakSupervisionTests", ["WeakSupervision"]),
    tests("ReportingTests", ["Files", "Reporting"]),
    tests("TrainingTests", ["Files", "Imaging", "Datasets", "Reporting", "Training"]),
    tests("MethodsTests", ["Methods", "Seedling"]),
    tests("SeedlingTests", ["Files", "Configuration", "Models", "Datasets", "Training", "Seedling"]),
    tests("BenchmarksTests", ["Benchmarks"]),
    tests("FuzzingTests", ["fuzz", "Fuzzing", "Autograd"]),
    tests(
      "CommandsTests",
      [
        "Commands", "Files", "Autograd", "NeuralNetwork", "Imaging", "Configuration", "Models", "Training",
        arguments,
      ]),
    // A program with methods of its own, as one outside the library would be.
    .executableTarget(
      name: "toy-train",
      dependencies: [
        "Autograd", "NeuralNetwork", "Configuration", "Models", "Datasets", "WeakSupervision", "Training",
        "Seedling", "Commands",
      ], path: "Tests/ToyMethod", swiftSettings: house),
    tests("ToyMethodTests", ["toy-train", "Imaging", "Configuration", "Training", "Seedling"]),
  ],
  swiftLanguageModes: [.v6]
)

// The engine and its tests alone, for building them again for another architecture.
if Context.environment["SEEDLING_ENGINE_ONLY"] != nil {
  let engine = [
    "CProcessor", "Files", "Autograd", "NeuralNetwork", "TestSupport", "COpenBLAS", "AutogradTests",
  ]
  package.targets.removeAll { !engine.contains($0.name) }
  package.products.removeAll { !engine.contains($0.name) }
  package.dependencies = []
}
