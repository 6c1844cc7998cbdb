// Options of `ghee train`, or a whole task as a worker hands it over.
#include "train_call.hpp"

#include <charconv>
#include <cmath>
#include <set>
#include <type_traits>

#include <nlohmann/json.hpp>

#include "campaign/grid.hpp"
#include "record/json.hpp"
#include "sys/file.hpp"
#include "train/limits.hpp"
#include "verb.hpp"
#include "whole_number.hpp"

namespace ghee::app {

namespace po = boost::program_options;

namespace {
/// The shortest text that reads back as this number: boost would show 1e-7 as 9.9999999999999995e-08.
std::string shortest(double value)
{
    char text[32];
    auto const end = std::to_chars(text, text + sizeof text, value).ptr;
    return {text, end};
}

/// What is parsed as text first: words, and the seed, for which boost's reading is too lenient (it takes -1 as an unsigned).
struct Words
{
    std::string shape, optimizer, activation, precision, device, form, initializer, epsilon_form, seed = "0";
    std::string task_json;
    double target_loss = std::nan(""), target_accuracy = std::nan("");
    double min_window = 0;
};

template<class Enum>
Enum option_word(char const* option, std::string const& text)
{
    try
    {
        return parse_name<Enum>(text);
    }
    catch (UsageError const& error)
    {
        throw UsageError("--" + std::string(option) + ": " + error.problem(), error.why(), error.suggestion());
    }
}

std::uint64_t option_seed(std::string const& text)
{
    std::uint64_t value = 0;
    auto const end = text.data() + text.size();
    auto const [at, fault] = std::from_chars(text.data(), end, value);
    if (fault != std::errc() || at != end)
        throw UsageError("--seed cannot be '" + text + "'", "it is a whole number, 0 to 2^64-1");
    return value;
}

po::options_description options_into(Configuration& c, Words& words, bool& json)
{
    auto const wanted = [](char const* option, auto& member, std::int64_t least, std::int64_t most)
    {
        auto const take = [=, &member](std::string const& text)
        { member = static_cast<std::remove_reference_t<decltype(member)>>(whole_number(option, text, least, most)); };
        return po::value<std::string>()->notifier(take);
    };
    auto const whole = [&](char const* option, auto& member, std::int64_t least, std::int64_t most)
    { return wanted(option, member, least, most)->default_value(std::to_string(member)); };
    auto const real = [](double& member) { return po::value(&member)->default_value(member, shortest(member)); };
    auto const word = [](std::string& text, auto present)
    {
        text = name_of(present);
        return po::value(&text)->default_value(text);
    };
    po::options_description network("What is trained");
    auto add_network = network.add_options();
    add_network("dataset", po::value(&c.dataset), "name of a data set ('ghee data list') or path to a .tsv or .tsv.gz");
    add_network("shape", word(words.shape, c.shape), all_names<Shape>().c_str());
    add_network("size", wanted("size", c.size, 1, std::int64_t{1} << 40), "wanted parameters, also as 2^14");
    add_network("depth", whole("depth", c.depth, 2, 1000), "dense layers, output layer included");
    add_network("activation", word(words.activation, c.activation), all_names<Activation>().c_str());
    add_network("init", word(words.initializer, c.initializer), all_names<Initializer>().c_str());
    add_network("task", po::value(&c.task)->default_value(c.task), "auto, regression, binary, classification");
    add_network("test-fraction", real(c.test_fraction), "share of the rows that tests");
    add_network("label-noise", real(c.label_noise), "share of training targets replaced");
    add_network("seed", po::value(&words.seed)->default_value(words.seed), "of split, noise, weights and order");
    po::options_description training("How it is trained");
    auto add_training = training.add_options();
    add_training("batch", whole("batch", c.batch, 1, 1 << 24), "rows per step");
    add_training("epochs", whole("epochs", c.epochs, 1, 1'000'000'000), "passes over the training rows, at most");
    add_training("optimizer", word(words.optimizer, c.optimizer.kind), all_names<OptimizerKind>().c_str());
    add_training("learning-rate", real(c.optimizer.learning_rate), "step length");
    add_training("momentum", real(c.optimizer.momentum), "of sgd and momentum; optimizer momentum without it has 0.9");
    add_training("beta1", real(c.optimizer.beta1), "of adam and adamw");
    add_training("beta2", real(c.optimizer.beta2), "of adam and adamw");
    add_training("rho", real(c.optimizer.rho), "of rmsprop");
    add_training("adam-epsilon,epsilon", real(c.optimizer.epsilon), "of adam, adamw and rmsprop; 1e-8 where epsilon-form is pytorch");
    add_training("epsilon-form", word(words.epsilon_form, c.optimizer.epsilon_form), "where adam adds epsilon: keras, pytorch");
    add_training("weight-decay", real(c.optimizer.weight_decay), "of adamw");
    add_training("l1", real(c.optimizer.l1), "penalty on |w|");
    add_training("l2", real(c.optimizer.l2), "penalty on w^2");
    add_training("evaluate-every", whole("evaluate-every", c.evaluate_every, 1, 1'000'000'000), "epochs between evaluations of the test set");
    add_training("target-loss", po::value(&words.target_loss), "stop at this test loss");
    add_training("target-accuracy", po::value(&words.target_accuracy), "stop at this test accuracy (a share)");
    add_training("patience", whole("patience", c.stop.patience, 0, 1'000'000'000),
                 "stop after this many evaluations without a better test loss; 0: never");
    po::options_description machine("Where and how long");
    auto add_machine = machine.add_options();
    add_machine("precision", word(words.precision, c.precision), all_names<Precision>().c_str());
    add_machine("backend", po::value(&c.backend)->default_value(c.backend),
                "auto: the fastest of the device that does not refuse; or the name of one");
    add_machine("device", word(words.device, c.device), all_names<Device>().c_str());
    add_machine("form", word(words.form, c.form), "auto: the backend's choice by size; of backend cuda also layers, solo");
    add_machine("threads", whole("threads", c.threads, 0, 4096), "processor threads; 0: as many as pay");
    add_machine("replicas", whole("replicas", c.replicas, 1, 1 << 16), "networks side by side, each with a seed of its own that follows from --seed");
    add_machine("min-window", real(words.min_window), "repeat the whole training until it lasts this many seconds");
    po::options_description talk("Other");
    auto add_talk = talk.add_options();
    add_talk("json", po::bool_switch(&json), "one JSON object on standard output");
    add_talk("task-json", po::value(&words.task_json), "a task as JSON text or @FILE; only --json and --min-window go with it");
    po::options_description all;
    all.add(network).add(training).add(machine).add(talk);
    return all;
}

/// What a campaign file makes of the same words, so that one training has one identity however it was asked for.
void settle(Optimizer& optimizer, po::variables_map const& values)
{
    auto const said = [&](char const* name) { return !values[name].defaulted(); };
    bool const has_momentum = optimizer.kind == OptimizerKind::sgd || optimizer.kind == OptimizerKind::momentum;
    if (optimizer.momentum > 0 && !has_momentum)
        throw UsageError("--momentum has no use with optimizer " + std::string(name_of(optimizer.kind)), "only sgd and momentum have it",
                         "add --optimizer sgd");
    if (optimizer.epsilon_form == EpsilonForm::pytorch && !said("adam-epsilon"))
        optimizer.epsilon = 1e-8;
    campaign::settle(optimizer, said("momentum"));
}

void refuse_others(po::variables_map const& values)
{
    static std::set<std::string> const companions{"task-json", "json", "min-window"};
    for (auto const& [name, value] : values)
        if (!value.defaulted() && !companions.contains(name))
            throw UsageError("--" + name + " does not go with --task-json", "the task says it all");
}

Task read_task(std::string const& source)
{
    std::string const text = source.starts_with('@') ? sys::read_text(source.substr(1)) : source;
    auto const named = source.starts_with('@') ? source.substr(1) + ": " : std::string("--task-json: ");
    try
    {
        auto const json = nlohmann::json::parse(text);
        if (!json.is_object() || !json.contains("configuration"))
            throw UsageError(named + "no task", "an object with a configuration was expected");
        return json.get<Task>();
    }
    catch (nlohmann::json::exception const& error)
    {
        throw UsageError(named + "no task", error.what());
    }
}
}  // namespace

std::optional<TrainCall> parse_train(std::vector<std::string> const& arguments)
{
    TrainCall call;
    Configuration& c = call.request.configuration;
    Words words;
    auto const options = options_into(c, words, call.json);
    auto const parsed = parse("train", "--dataset D --size N [OPTIONS]", arguments, options);
    if (parsed.help)
        return std::nullopt;
    auto const given = [&](char const* name) { return parsed.values.count(name) > 0; };
    if (!(words.min_window >= 0 && std::isfinite(words.min_window)))
        throw UsageError("--min-window cannot be " + shortest(words.min_window), "seconds, 0 or more");
    call.request.min_window = Seconds(words.min_window);
    if (given("task-json"))
    {
        refuse_others(parsed.values);
        Task const task = read_task(words.task_json);
        c = task.configuration;
        call.request.seed = task.seed;
    }
    else
    {
        for (char const* name : {"dataset", "size"})
            if (!given(name))
                throw UsageError("ghee train: --" + std::string(name) + " is missing", {}, "see 'ghee train --help'");
        c.shape = option_word<Shape>("shape", words.shape);
        c.optimizer.kind = option_word<OptimizerKind>("optimizer", words.optimizer);
        c.optimizer.epsilon_form = option_word<EpsilonForm>("epsilon-form", words.epsilon_form);
        c.activation = option_word<Activation>("activation", words.activation);
        c.initializer = option_word<Initializer>("init", words.initializer);
        c.precision = option_word<Precision>("precision", words.precision);
        c.device = option_word<Device>("device", words.device);
        c.form = option_word<Form>("form", words.form);
        if (given("target-loss"))
            c.stop.target_loss = words.target_loss;
        if (given("target-accuracy"))
            c.stop.target_accuracy = words.target_accuracy;
        call.request.seed = option_seed(words.seed);
    }
    train::require_possible(c);
    if (!given("task-json"))
        settle(c.optimizer, parsed.values);
    return call;
}

}  // namespace ghee::app
