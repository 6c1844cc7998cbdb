// The one list of backends, and how one is chosen from it.
#include "mlp/backend.hpp"

#include <array>

#include "base/error.hpp"
#include "mlp/cpu/cpu.hpp"
#include "mlp/module_backends.hpp"
#include "mlp/reasons.hpp"
#include "mlp/reference/reference.hpp"
#include "mlp/spec.hpp"

namespace ghee::mlp {

std::span<Backend const> backends()
{
    // Within a device the fastest first: "auto" takes the first that does not refuse, so the reference comes last.
    static std::array const list{module_backends()[0], module_backends()[1], cpu_backend(), reference_backend()};
    return list;
}

Backend const& choose_backend(std::string_view name, Device device, TrainerSpec const& spec)
{
    std::vector<Refusal> refusals;
    std::string known;
    for (Backend const& backend : backends())
    {
        known.append(known.empty() ? "" : ", ").append(backend.name);
        bool const automatic = name == "auto";
        if (automatic ? backend.device != device : backend.name != name)
            continue;
        if (backend.device != device)
            throw UsageError("backend '" + std::string(name) + "' cannot train this on the " + std::string(name_of(device)),
                             "it runs on the " + std::string(name_of(backend.device)),
                             "say device " + std::string(name_of(backend.device)) + ", or another backend");
        if (std::string const why = no_choice_of_forms(spec.form, name, device); !why.empty())
            throw UsageError("form '" + std::string(name_of(spec.form)) + "' cannot be had " +
                                 (automatic ? "on the " + std::string(name_of(device)) : "from backend '" + std::string(name) + "'"),
                             why);
        std::string why = backend.refuses(spec);
        if (why.empty())
            return backend;
        if (!automatic)
            throw Error("backend '" + std::string(name) + "' cannot train this on the " + std::string(name_of(device)), why);
        refusals.push_back({std::string(backend.name), std::move(why)});
    }
    if (name != "auto")
        throw UsageError("there is no backend '" + std::string(name) + "'", {}, "say auto or one of: " + known);
    Reasons const reasons = sum_up(refusals);
    throw Error("no backend can train this on the " + std::string(name_of(device)), reasons.why, reasons.remedy);
}

}  // namespace ghee::mlp
