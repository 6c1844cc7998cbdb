// A client in a process of its own, to be killed: `hold SOCKET RUN` holds the lease, `start PROGRAM FOLDER` starts a private daemon.
// Says one line on GHEE_FD (3) when it has what it wants, then stays until it is killed.
#include <unistd.h>

#include <iostream>
#include <string>

#include "meter/client.hpp"
#include "sys/file.hpp"
#include "sys/process.hpp"

int main(int count, char** words)
{
    using namespace ghee;
    try
    {
        std::string const what = count == 4 ? words[1] : "";
        bool const holds = what == "hold";
        if (!holds && what != "start")
            return 2;
        auto const socket = holds ? std::filesystem::path(words[2]) : meter::start_private_daemon(words[2], words[3], {"--meters", "estimate"});
        meter::Client client(socket);
        if (holds && !client.acquire_lease(words[3], Seconds(60)))
            return 1;
        sys::write_all(sys::report_fd_number, std::to_string(client.daemon().pid) + "\n", "GHEE_FD");
        for (;;)
            ::pause();
    }
    catch (std::exception const& error)
    {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
