flowyard_test(worker/protocol_test.cpp LIBS worker_test_support TIMEOUT 300)
add_dependencies(worker.protocol_test flowyard-worker)
target_compile_definitions(worker.protocol_test PRIVATE
  FLOWYARD_WORKER_PROGRAM="$<TARGET_FILE:flowyard-worker>"
  FLOWYARD_PYTHON_WORKER="${CMAKE_SOURCE_DIR}/tests/support/python_worker.py")
