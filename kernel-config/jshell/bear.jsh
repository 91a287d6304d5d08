import ai.bearllm.Bear;
System.out.println("Bear: local language models, managed and measured.");
System.out.println("  var bear = Bear.open()    begins; bear.help() says what there is.");
System.out.println("  bear.models().show()      show() prints a value whole; on its own line it is one line.");
