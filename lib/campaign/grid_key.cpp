// One row per key: its name, its bounds, its field.
#include "campaign/grid_key.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "config/range.hpp"
#include "mlp/backend.hpp"

namespace ghee::campaign {

namespace {

using config::Bounds;
using config::Value;

// Bounds of what anybody could run; they keep every product below in 64 bits.
constexpr Bounds sizes = config::between(1, 0x1p40);
constexpr Bounds depths = config::between(2, 1000);
constexpr Bounds batches = config::between(1, 0x1p24);
constexpr Bounds thread_counts = config::between(0, 4096);
constexpr Bounds replica_counts = config::between(1, 65536);
constexpr Bounds epoch_counts = config::between(1, 1e9);

std::string nonempty(Value const& value)
{
    std::string text = config::as_text(value);
    if (text.empty())
        refuse(value, "'" + value.path + "' is empty");
    return text;
}

template<class Number>
Setter whole(Value const& value, Bounds bounds, Number Configuration::* field)
{
    auto const number = static_cast<Number>(config::as_integer(value, bounds));
    return [=](Configuration& c) { c.*field = number; };
}

Setter real(Value const& value, Bounds bounds, double Optimizer::* field)
{
    double const number = config::as_number(value, bounds);
    return [=](Configuration& c) { c.optimizer.*field = number; };
}

template<class Enum>
Setter word(Value const& value, Enum Configuration::* field)
{
    Enum const chosen = as_word<Enum>(value);
    return [=](Configuration& c) { c.*field = chosen; };
}

Setter text(Value const& value, std::string Configuration::* field)
{
    return [=, chosen = nonempty(value)](Configuration& c) { c.*field = chosen; };
}

Setter read_backend(Value const& value)
{
    std::string const chosen = config::as_text(value);
    std::vector<std::string_view> names{"auto"};
    for (mlp::Backend const& backend : mlp::backends())
        names.push_back(backend.name);
    if (std::find(names.begin(), names.end(), chosen) == names.end())
        refuse(value, "'" + value.path + "' is " + describe(value) + ", which is not a backend", "known: " + config::joined(names),
               config::did_you_mean(chosen, names));
    return [=](Configuration& c) { c.backend = chosen; };
}

/// The one word people try that belongs to the last layer.
Setter read_activation(Value const& value)
{
    if (config::as_text(value) == "softmax")
        refuse(value, "'" + value.path + "' is text 'softmax', which is not an activation of hidden layers", "known: " + all_names<Activation>(),
               "the last layer's follows from the data set and [training] task");
    return word(value, &Configuration::activation);
}

template<class T>
std::string told(T const& value)
{
    return fmt::format("{}", value);
}

GridKey const keys[] = {
    {"workload", false, [](Value const& v) { return text(v, &Configuration::workload); }, [](Configuration const& c) { return c.workload; }},
    {"dataset", false, [](Value const& v) { return text(v, &Configuration::dataset); }, [](Configuration const& c) { return c.dataset; }},
    {"shape", false, [](Value const& v) { return word(v, &Configuration::shape); }, [](Configuration const& c) { return told(name_of(c.shape)); }},
    {"size", true, [](Value const& v) { return whole(v, sizes, &Configuration::size); }, [](Configuration const& c) { return told(c.size); }},
    {"depth", true, [](Value const& v) { return whole(v, depths, &Configuration::depth); }, [](Configuration const& c) { return told(c.depth); }},
    {"batch", true, [](Value const& v) { return whole(v, batches, &Configuration::batch); }, [](Configuration const& c) { return told(c.batch); }},
    {"optimizer", false,
     [](Value const& v) -> Setter
     {
         auto const kind = as_word<OptimizerKind>(v);
         return [=](Configuration& c) { c.optimizer.kind = kind; };
     },
     [](Configuration const& c) { return told(name_of(c.optimizer.kind)); }},
    {"learning_rate", false, [](Value const& v) { return real(v, config::above(0), &Optimizer::learning_rate); },
     [](Configuration const& c) { return told(c.optimizer.learning_rate); }},
    {"momentum", false, [](Value const& v) { return real(v, {.least = 0, .most = 1, .most_open = true}, &Optimizer::momentum); },
     [](Configuration const& c) { return told(c.optimizer.momentum); }},
    {"activation", false, read_activation, [](Configuration const& c) { return told(name_of(c.activation)); }},
    {"l1", false, [](Value const& v) { return real(v, config::at_least(0), &Optimizer::l1); },
     [](Configuration const& c) { return told(c.optimizer.l1); }},
    {"l2", false, [](Value const& v) { return real(v, config::at_least(0), &Optimizer::l2); },
     [](Configuration const& c) { return told(c.optimizer.l2); }},
    {"label_noise", false,
     [](Value const& v) -> Setter
     {
         double const share = config::as_number(v, config::between(0, 1));
         return [=](Configuration& c) { c.label_noise = share; };
     },
     [](Configuration const& c) { return told(c.label_noise); }},
    {"precision", false, [](Value const& v) { return word(v, &Configuration::precision); },
     [](Configuration const& c) { return told(name_of(c.precision)); }},
    {"backend", false, read_backend, [](Configuration const& c) { return c.backend; }},
    {"device", false, [](Value const& v) { return word(v, &Configuration::device); }, [](Configuration const& c) { return told(name_of(c.device)); }},
    {"form", false, [](Value const& v) { return word(v, &Configuration::form); }, [](Configuration const& c) { return told(name_of(c.form)); }},
    {"threads", true, [](Value const& v) { return whole(v, thread_counts, &Configuration::threads); },
     [](Configuration const& c) { return told(c.threads); }},
    {"replicas", true, [](Value const& v) { return whole(v, replica_counts, &Configuration::replicas); },
     [](Configuration const& c) { return told(c.replicas); }},
    {"epochs", true, [](Value const& v) { return whole(v, epoch_counts, &Configuration::epochs); },
     [](Configuration const& c) { return told(c.epochs); }},
};

}  // namespace

std::span<GridKey const> grid_keys() { return keys; }

GridKey const* find_grid_key(std::string_view name)
{
    auto const found = std::find_if(std::begin(keys), std::end(keys), [&](GridKey const& key) { return key.name == name; });
    return found == std::end(keys) ? nullptr : found;
}

std::vector<std::string_view> grid_key_names()
{
    std::vector<std::string_view> names;
    for (GridKey const& key : keys)
        names.push_back(key.name);
    return names;
}

std::vector<Value> grid_values(Value const& value, GridKey const* key)
{
    std::vector<Value> values;
    for (Value const& choice : config::as_choices(value))
    {
        auto const* const text = std::get_if<std::string>(&choice.content);
        bool const unrolled = text && (key ? key->whole_number && config::is_range(*text) : config::is_power_or_range(*text));
        if (!unrolled)
        {
            values.push_back(choice);
            continue;
        }
        for (std::int64_t const number : config::range_of(choice))
            values.push_back({number, choice.place, choice.path});
    }
    return values;
}

std::string parameter_text(Value const& value)
{
    if (auto const* text = std::get_if<std::string>(&value.content))
        return *text;
    if (auto const* flag = std::get_if<bool>(&value.content))
        return *flag ? "true" : "false";
    if (auto const* number = std::get_if<std::int64_t>(&value.content))
        return told(*number);
    return told(config::as_number(value));
}

}  // namespace ghee::campaign
