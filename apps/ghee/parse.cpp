// Command line of a verb: help on request, one line for what is wrong.
#include <iostream>

#include "option_error.hpp"
#include "verb.hpp"

namespace ghee::app {

namespace po = boost::program_options;

Parsed parse(std::string_view verb, std::string_view usage, std::vector<std::string> const& arguments, po::options_description const& options,
             po::positional_options_description const& positional)
{
    po::options_description all;
    all.add(options);
    auto add = all.add_options();
    add("help,h", "this text");
    Parsed parsed;
    try
    {
        po::store(po::command_line_parser(arguments).options(all).positional(positional).run(), parsed.values);
        if (parsed.values.count("help"))
        {
            std::cout << "usage: ghee " << verb << " " << usage << "\n\n" << all;
            parsed.help = true;
            return parsed;
        }
        po::notify(parsed.values);
    }
    catch (po::error const& error)
    {
        throw option_error(error, "ghee " + std::string(verb), usage, all);
    }
    return parsed;
}

}  // namespace ghee::app
