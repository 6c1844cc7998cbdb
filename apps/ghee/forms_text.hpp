// Which form a backend trains what size in, for people and programs.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "mlp/backend.hpp"

namespace ghee::app {

/// Lines that begin with "form      ", one per crossover, the conditions before them. Empty where there is none to tell.
std::string forms_text(std::string const& backend, mlp::Crossovers const&);
/// {"backend", "conditions", "origin", "crossovers": [{"depth", "replicas", "parameters", "below", "above"}]}
nlohmann::json forms_json(std::string const& backend, mlp::Crossovers const&);

}  // namespace ghee::app
