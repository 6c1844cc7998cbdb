// The one list of backends, and how one is chosen from it.
#include "mlp/backend.hpp"

#include <array>

#include "base/error.hpp"
#include "mlp/cpu/cpu.hpp"
#include "mlp/module_backends.hpp"
#include "mlp/reference/reference.hpp"

namespace ghee::mlp {

std::span<Backend const> backends()
{
    // Within a device the fastest first: "auto" takes the first that does not refuse, so the reference comes last.
    static std::array const list{module_backends()[0], module_backends()[1], cpu_backend(), reference_backend()};
    return list;
}

Backend const& choose_backend(std::string_view name, Device device, TrainerSpec const& spec)
{
    std::string reasons;
    std::string known;
    auto const note = [](std::string& list, std::string_view separator, std::string_view text)
    { list.append(list.empty() ? "" : separator).append(text); };
    for (Backend const& backend : backends())
    {
        note(known, ", ", backend.name);
        bool const automatic = name == "auto";
        if (automatic ? backend.device != device : backend.name != name)
            continue;
        if (backend.device != device)
            throw UsageError("backend '" + std::string(name) + "' cannot train this on the " + std::string(name_of(device)),
                             "it runs on the " + std::string(name_of(backend.device)),
                             "say device " + std::string(name_of(backend.device)) + ", or another backend");
        std::string why = backend.refuses(spec);
        if (why.empty())
            return backend;
        if (!automatic)
            throw Error("backend '" + std::string(name) + "' cannot train this on the " + std::string(name_of(device)), why);
        note(reasons, "; ", std::string(backend.name) + ": " + why);
    }
    if (name != "auto")
        throw UsageError("there is no backend '" + std::string(name) + "'", {}, "say auto or one of: " + known);
    throw Error("no backend can train this on the " + std::string(name_of(device)), reasons);
}

}  // namespace ghee::mlp
