// ghee network: what a network is made of before it runs, beside this node's caches.
#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "data/dataset.hpp"
#include "mlp/backend.hpp"
#include "mlp/topology.hpp"
#include "sys/host.hpp"
#include "verb.hpp"
#include "whole_number.hpp"

namespace ghee::app {

namespace po = boost::program_options;

namespace {

struct Asked
{
    Shape shape{};
    std::int64_t size = 0;
    int depth = 0, inputs = 0, outputs = 0, batch = 0;
    std::int64_t rows = 0;
    Activation activation{};
    Optimizer optimizer;
};

struct Cost
{
    double flops = 0;
    mlp::WorkingSets sets;
    std::size_t memory_bytes = 0;  ///< the cpu backend's, one thread
};

std::int64_t given_number(po::variables_map const& values, std::string const& option, std::int64_t least, std::int64_t most)
{
    if (!values.count(option))
        throw UsageError("ghee network: --" + option + " is missing", {}, "see 'ghee network --help'");
    return whole_number(option, values[option].as<std::string>(), least, most);
}

template<class Enum>
Enum word(po::variables_map const& values, std::string const& option)
{
    if (!values.count(option))
        throw UsageError("ghee network: --" + option + " is missing", "known: " + all_names<Enum>(), "see 'ghee network --help'");
    return parse_name<Enum>(values[option].as<std::string>());
}

Asked read_options(po::variables_map const& values)
{
    constexpr std::int64_t most = 1 << 24;
    Asked asked;
    asked.shape = word<Shape>(values, "shape");
    asked.size = given_number(values, "size", 1, std::int64_t{1} << 40);
    asked.depth = static_cast<int>(given_number(values, "depth", 2, 1000));
    asked.batch = static_cast<int>(given_number(values, "batch", 1, most));
    asked.activation = word<Activation>(values, "activation");
    asked.optimizer.kind = word<OptimizerKind>(values, "optimizer");
    if (values.count("dataset"))
    {
        if (values.count("inputs") || values.count("outputs") || values.count("rows"))
            throw UsageError("ghee network: --dataset says inputs, outputs and rows itself", {}, "leave those out");
        auto const facts = data::facts_of(values["dataset"].as<std::string>());
        asked.inputs = facts.inputs;
        asked.outputs = facts.outputs;
        asked.rows = facts.rows;
        return asked;
    }
    asked.inputs = static_cast<int>(given_number(values, "inputs", 1, most));
    asked.outputs = static_cast<int>(given_number(values, "outputs", 1, most));
    asked.rows = values.count("rows") ? given_number(values, "rows", 1, std::int64_t{1} << 40) : asked.batch;
    return asked;
}

std::string readable(double bytes)
{
    char const* const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    std::size_t unit = 0;
    for (; bytes >= 1024 && unit + 1 < std::size(units); bytes /= 1024)
        ++unit;
    return fmt::format("{:.4g} {}", bytes, units[unit]);
}

/// The first level of which one instance holds it: where one core finds it again.
std::string home_of(double bytes, std::vector<Cache> const& caches)
{
    for (Cache const& cache : caches)
        if (bytes <= static_cast<double>(cache.bytes))
            return fmt::format("L{}", cache.level);
    return caches.empty() ? "" : "memory";
}

void print_json(Asked const& asked, mlp::Topology const& topology, Cost const& cost, std::vector<Cache> const& caches)
{
    nlohmann::ordered_json j{{"shape", name_of(asked.shape)},
                             {"size", asked.size},
                             {"depth", asked.depth},
                             {"inputs", asked.inputs},
                             {"outputs", asked.outputs},
                             {"batch", asked.batch},
                             {"rows", asked.rows},
                             {"activation", name_of(asked.activation)},
                             {"optimizer", name_of(asked.optimizer.kind)},
                             {"widths", topology.widths},
                             {"parameters", topology.parameters},
                             {"size_error", topology.size_error},
                             {"flops_per_step", cost.flops}};
    mlp::WorkingSets const& sets = cost.sets;
    j["working_sets"] = {{"layer", sets.layer}, {"forward", sets.forward}, {"backward", sets.backward}, {"epoch", sets.epoch}};
    j["memory_bytes"] = cost.memory_bytes;
    j["caches"] = nlohmann::ordered_json::array();
    for (Cache const& cache : caches)
        j["caches"].push_back({{"level", cache.level}, {"bytes", cache.bytes}, {"count", cache.count}});
    std::cout << j.dump(1) << "\n";
}

void print_text(Asked const& asked, mlp::Topology const& topology, Cost const& cost, std::vector<Cache> const& caches)
{
    std::cout << fmt::format("{} of depth {}: {} inputs, {} outputs\n", name_of(asked.shape), asked.depth, asked.inputs, asked.outputs);
    std::cout << fmt::format("widths      {}\n", fmt::join(topology.widths, " "));
    std::cout << fmt::format("parameters  {} ({} wanted, error {:.2f} %)\n", topology.parameters, asked.size, 100 * topology.size_error);
    std::cout << fmt::format("step        {:.6g} FLOP (batch {})\n", cost.flops, asked.batch);
    std::cout << fmt::format("memory      {} of a training on the cpu backend with one thread, the data set aside\n\n",
                             readable(static_cast<double>(cost.memory_bytes)));
    std::cout << fmt::format("{:<12} {:>14} {:>12}  {}\n", "working set", "bytes", "", caches.empty() ? "" : "fits into");
    auto const row = [&](char const* name, double bytes)
    { std::cout << fmt::format("{:<12} {:>14.0f} {:>12}  {}\n", name, bytes, readable(bytes), home_of(bytes, caches)); };
    row("layer", cost.sets.layer);
    row("forward", cost.sets.forward);
    row("backward", cost.sets.backward);
    row("epoch", cost.sets.epoch);
    std::cout << fmt::format("({} rows in an epoch, fp32, {})\n", asked.rows, name_of(asked.optimizer.kind));
    std::cout << "\nthis node:";
    for (Cache const& cache : caches)
        std::cout << fmt::format("  L{} {} x {}", cache.level, readable(static_cast<double>(cache.bytes)), cache.count);
    std::cout << (caches.empty() ? "  it does not tell its caches\n" : "\n");
}

}  // namespace

ExitCode network(std::vector<std::string> const& arguments)
{
    po::options_description options("options");
    auto add = options.add_options();
    add("shape", po::value<std::string>(), ("one of: " + all_names<Shape>()).c_str());
    add("size", po::value<std::string>(), "wanted parameters, also as 2^14");
    add("depth", po::value<std::string>(), "dense layers, the output layer included; at least 2");
    add("inputs", po::value<std::string>(), "encoded inputs");
    add("outputs", po::value<std::string>(), "outputs");
    add("dataset", po::value<std::string>(), "a data set instead of --inputs, --outputs, --rows");
    add("rows", po::value<std::string>(), "rows of the data set, for the epoch's working set; as many as a batch where not given");
    add("batch", po::value<std::string>()->default_value("256"), "rows in a step");
    add("activation", po::value<std::string>()->default_value("relu"), ("one of: " + all_names<Activation>()).c_str());
    add("optimizer", po::value<std::string>()->default_value("adam"), ("one of: " + all_names<OptimizerKind>()).c_str());
    add("json", "as one JSON object");
    auto const parsed = parse("network", "--shape S --size N --depth D (--inputs I --outputs O | --dataset D) [--json]", arguments, options);
    if (parsed.help)
        return ExitCode::done;

    Asked const asked = read_options(parsed.values);
    auto const topology = mlp::find_topology(asked.shape, asked.size, asked.depth, asked.inputs, asked.outputs);
    Network network;
    network.inputs = asked.inputs;
    network.widths = topology.widths;
    network.residual = asked.shape == Shape::rectangle_residual;
    network.activation = asked.activation;
    mlp::TrainerSpec const spec{.network = network, .optimizer = asked.optimizer, .batch = asked.batch};
    Cost const cost{.flops = mlp::flops_per_step(network, asked.batch),
                    .sets = mlp::working_sets(network, asked.optimizer, asked.batch, asked.rows),
                    .memory_bytes = mlp::choose_backend("cpu", Device::cpu, spec).memory_bytes(spec)};
    NodeInfo node;
    sys::fill_topology(node, {});
    (parsed.values.count("json") ? print_json : print_text)(asked, topology, cost, node.caches);
    return ExitCode::done;
}

}  // namespace ghee::app
