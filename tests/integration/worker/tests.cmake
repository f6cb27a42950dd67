flowyard_room_tests(integration_worker LIBS worker_test_support SOURCES worker/protocol_test.cpp
  DEFINITIONS FLOWYARD_WORKER_PROGRAM="$<TARGET_FILE:flowyard-worker>"
              FLOWYARD_PYTHON_WORKER="${CMAKE_SOURCE_DIR}/tests/support/python_worker.py")
add_dependencies(integration_worker_tests flowyard-worker)
