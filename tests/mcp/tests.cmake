# The conformance suite of the Model Context Protocol against a server that has nothing but its fixtures.
add_executable(mcp_fixture_server mcp/asking_fixtures.cpp mcp/fixture_server.cpp mcp/fixtures.cpp mcp/task_fixtures.cpp)
target_link_libraries(mcp_fixture_server PRIVATE flowyard_settings controller_mcp_protocol)
add_test(NAME mcp.conformance COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/mcp/conformance_test.py)
set_tests_properties(mcp.conformance PROPERTIES TIMEOUT 600 SKIP_RETURN_CODE 77
  ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1;FLOWYARD_FIXTURE_SERVER=$<TARGET_FILE:mcp_fixture_server>")
# The pages of MCP Apps in Chromium, before a controller with real workers.
add_test(NAME mcp.apps COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/mcp/apps_test.py)
set_tests_properties(mcp.apps PROPERTIES TIMEOUT 600 SKIP_RETURN_CODE 77
  ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1;FLOWYARD_FLEET=process;FLOWYARD_PROGRAMS=${CMAKE_BINARY_DIR}/bin")
