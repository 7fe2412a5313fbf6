cmake_minimum_required(VERSION 3.25)
# Writes the header that says of which commit this is, and touches it only when that changes:
#   cmake -D SOURCE=... -D HEADER=... -P commit.cmake
execute_process(COMMAND git -C ${SOURCE} describe --always --abbrev=12 --dirty=+changes --exclude=*
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed)
  set(commit "unknown (built outside of git)")
endif()
file(CONFIGURE OUTPUT ${HEADER} CONTENT "#pragma once\n\nnamespace misproxy::app {\n\ninline constexpr auto kCommit = \"@commit@\";\n\n}  // namespace misproxy::app\n" @ONLY)
