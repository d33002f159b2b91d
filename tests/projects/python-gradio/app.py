import gradio as gr

demo = gr.Interface(lambda name: name, "text", "text")

if __name__ == "__main__":
    demo.launch()
