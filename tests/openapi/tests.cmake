# The document against linters, and a controller against the document.
add_test(NAME openapi.lint COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/openapi/lint_test.py)
set_tests_properties(openapi.lint PROPERTIES TIMEOUT 400 SKIP_RETURN_CODE 77 ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
flowyard_e2e_test(openapi ../openapi/fuzz_test.py process TIMEOUT 600)
flowyard_e2e_test(openapi_long ../openapi/fuzz_test.py process TIMEOUT 2400 LABELS long
  ENVIRONMENT FLOWYARD_FUZZ_SECONDS=900)
