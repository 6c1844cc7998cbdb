// Crossovers in words.
#include "forms_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ghee::app {

namespace {
std::string ways(mlp::Crossover const& one)
{
    if (one.parameters == 0)
        return fmt::format("{} at every size", name_of(one.above));
    return fmt::format("{} up to {} parameters, {} above", name_of(one.below), one.parameters, name_of(one.above));
}
}  // namespace

std::string forms_text(std::string const& backend, mlp::Crossovers const& crossovers)
{
    if (crossovers.list.empty())
        return {};
    std::string text = "form      " + backend + " takes by itself";
    if (!crossovers.conditions.empty())
        text += " (" + crossovers.conditions + ")";
    text += (crossovers.origin.empty() ? "" : ", " + crossovers.origin) + ":\n";
    for (mlp::Crossover const& one : crossovers.list)
        text += fmt::format("form      depth {}, {} network{}: {}\n", one.depth, one.replicas, one.replicas == 1 ? "" : "s side by side", ways(one));
    return text;
}

nlohmann::json forms_json(std::string const& backend, mlp::Crossovers const& crossovers)
{
    auto list = nlohmann::json::array();
    for (mlp::Crossover const& one : crossovers.list)
        list.push_back({{"depth", one.depth},
                        {"replicas", one.replicas},
                        {"parameters", one.parameters},
                        {"below", name_of(one.below)},
                        {"above", name_of(one.above)}});
    return {{"backend", backend}, {"conditions", crossovers.conditions}, {"origin", crossovers.origin}, {"crossovers", list}};
}

}  // namespace ghee::app
