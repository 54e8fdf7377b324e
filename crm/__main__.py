from crm.cli import main

main(prog_name="crm")
