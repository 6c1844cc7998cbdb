# Language level, warnings, contracts and the ccache launcher.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(GHEE_CCACHE ccache)
if(GHEE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${GHEE_CCACHE})
endif()

# What every target of the house compiles with; consumers of an installed ghee do not inherit it.
add_library(ghee_compile_options INTERFACE)
set(ghee_warnings -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees overlapping and overflowing copies in inlined std::string and std::vector code at -O2 and above where there are
  # none (its bugs 105651, 105762 and kin).
  list(APPEND ghee_warnings -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
endif()
if(GHEE_WERROR)
  list(APPEND ghee_warnings -Werror)
endif()
# nvcc hands the same to the compiler of the host side, whose text it makes itself: pedantic that text is not.
set(ghee_host_warnings ${ghee_warnings})
list(REMOVE_ITEM ghee_host_warnings -Wpedantic)
list(JOIN ghee_host_warnings "," ghee_host_warnings)
target_compile_options(ghee_compile_options INTERFACE
  "$<$<COMPILE_LANGUAGE:C,CXX>:${ghee_warnings}>"
  "$<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=${ghee_host_warnings}>"
  "$<$<AND:$<COMPILE_LANGUAGE:CUDA>,$<BOOL:${GHEE_WERROR}>>:SHELL:-Werror all-warnings>")
target_compile_definitions(ghee_compile_options INTERFACE $<$<BOOL:${GHEE_CONTRACTS}>:GHEE_CONTRACTS>)
