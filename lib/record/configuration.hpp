// One cell of a campaign: everything that decides what is trained, and how; equal configurations have equal ids.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/network.hpp"
#include "record/optimizer.hpp"

namespace ghee {

enum class Device { cpu, gpu };
template<>
struct Names<Device>
{
    static constexpr std::string_view what = "a device";
    static constexpr std::array<std::string_view, 2> names{"cpu", "gpu"};
};

enum class Precision { fp32, fp64, tf32, tf32x3, bf16 };
template<>
struct Names<Precision>
{
    static constexpr std::string_view what = "a precision";
    static constexpr std::array<std::string_view, 5> names{"fp32", "fp64", "tf32", "tf32x3", "bf16"};
};

/// Weights before the first step; biases are zero.
enum class Initializer { glorot_uniform, he_uniform };
template<>
struct Names<Initializer>
{
    static constexpr std::string_view what = "an initializer";
    static constexpr std::array<std::string_view, 2> names{"glorot_uniform", "he_uniform"};
};

/// How a backend that has several ways trains a network. automatic: the quickest for its size.
enum class Form { automatic, layers, solo };
template<>
struct Names<Form>
{
    static constexpr std::string_view what = "a form";
    static constexpr std::array<std::string_view, 3> names{"auto", "layers", "solo"};
};

/// Replicas times epochs, at most, of a group: each epoch of each stands in one line (docs/reference/workload-protocol.md).
inline constexpr std::int64_t most_epochs_of_a_group = std::int64_t{1} << 22;

/// When a training ends before its epochs are up, and how it is watched.
struct Stopping
{
    std::optional<double> target_loss;      ///< stop at test loss <= this
    std::optional<double> target_accuracy;  ///< stop at test accuracy >= this
    int patience = 0;                       ///< stop after this many evaluations without a better test loss; 0: never
    bool operator==(Stopping const&) const = default;
};

struct Configuration
{
    // The grid's keys.
    std::string dataset;
    Shape shape = Shape::rectangle;
    std::int64_t size = 0;  ///< wanted parameters; 0 where widths come from elsewhere
    int depth = 2;          ///< dense layers, the output layer included
    int batch = 256;
    Optimizer optimizer;
    Activation activation = Activation::relu;
    double label_noise = 0.0;  ///< share of training labels replaced, [0, 1]
    Precision precision = Precision::fp32;
    std::string backend = "auto";  ///< "auto": the fastest of the device that does not refuse
    Device device = Device::cpu;
    Form form = Form::automatic;
    int threads = 1;  ///< 0: as many as pay
    int replicas = 1;
    std::int64_t epochs = 1;
    // [training].
    double test_fraction = 0.2;  ///< n_test = ceil(test_fraction * n)
    int evaluate_every = 1;      ///< epochs between evaluations of the test set; the last epoch is always evaluated
    Stopping stop;
    Initializer initializer = Initializer::glorot_uniform;
    std::string task = "auto";  ///< "auto", "regression", "binary" or "classification"
    // A command instead of the built-in trainer.
    std::string workload;                           ///< name in [workload.NAME]; empty: built-in
    std::vector<std::string> command;               ///< with {placeholders} already replaced
    std::map<std::string, std::string> parameters;  ///< grid keys that only the command knows

    bool operator==(Configuration const&) const = default;
};

/// Stable over machines and versions of the same format: hash of the canonical JSON of the configuration.
std::string config_id(Configuration const&);

/// One thing to run: a configuration, which repeat of it, and the seed that follows from campaign seed, configuration and repeat.
struct Task
{
    std::string run_id;  ///< hash of config_id and repeat: the identity under which a run is counted once
    std::string config_id;
    int repeat = 0;
    std::uint64_t seed = 0;
    Configuration configuration;

    bool operator==(Task const&) const = default;
};

/// The task of a repeat. Repeats of a configuration differ in nothing but the seed.
Task make_task(Configuration const&, int repeat, std::uint64_t campaign_seed);

}  // namespace ghee
